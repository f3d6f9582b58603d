# refused: field 'g0.g1.g2.g3.g4.g5.g6.g7.g8.g9.g10.g11.x' is nested more than 12 levels deep
@0xc1a6e1d5b0b00033;
using X = import "/annotations.capnp";

struct Note $X.noteType("test.bad") {
  g0 :group {
    g1 :group {
      g2 :group {
        g3 :group {
          g4 :group {
            g5 :group {
              g6 :group {
                g7 :group {
                  g8 :group {
                    g9 :group {
                      g10 :group {
                        g11 :group {
                          x @0 :Text $X.class(eng) $X.size(64);
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
