// A precompiled header belongs to a target, and a target has a file.
int main() { return 0; }
