import { withoutPassword } from "../pipeline/git-clone.ts";

/** An argument of a command as it may be shown: a git URL, alone or behind `--option=`, without its password. */
export function shown(argument: string): string {
  const [, option = "", value = ""] = /^(--[\w-]+=)?(.*)$/s.exec(argument) ?? [];
  return option + withoutPassword(value);
}
