#include "family/command/parameters.h"

namespace warptune {

Family command_family() {
  Family family;
  family.name = "command";
  family.text = "any program, given by --command; its parameters have any name";
  family.trainer = Trainer::command;
  family.any_parameter = true;
  return family;
}

}   // namespace warptune
