import type { Command } from "commander";

/**
 * Commands under a noun, of which one is what the noun alone stands for. Its options belong to it and not to the group, so
 * the group's help says where they are told.
 */
export function addGroup(parent: Command, noun: string, description: string, byDefault = "list"): Command {
  const group = parent.command(noun).description(description);
  const path = parent.parent ? `${parent.name()} ${noun}` : noun;
  return group.addHelpText(
    "after",
    `\n"switchhook ${path}" alone is "switchhook ${path} ${byDefault}", and takes the same options.`,
  );
}
