// What the files of a test suite read besides (cmake/precompile.cmake).
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cmake/precompiled/standard.hpp"
