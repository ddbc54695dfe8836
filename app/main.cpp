// balie: the terminal.
#include "app/cli/program.h"

int main(int argc, char** argv) {
    return balie::app::run_program(argc, argv);
}
