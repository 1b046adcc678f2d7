/** A line about a resource: ` +  aws:kms:Key name created (0.12s)`. */
const resource = /^ *[-+~ ]+ *([\w-]+:[\w/-]+:\w+) \S+(?: (.*?))? *$/;

/** How many lines of one kind stand at the beginning and at the end of them. */
const ends = 5;

/**
 * What the CLI said, as people read it: without signs of life and without what is only begun, the first and the last of many resources, and the
 * first outputs of each stack, if they are wanted.
 */
export function shortened(output: string, { outputs }: { readonly outputs: boolean }): readonly string[] {
  const lines = output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !line.startsWith("@ ") && !/ing \([\d.]+s\)$/.test(line));
  const told = outputs
    ? withoutMiddle(lines, (line) => /^ {12}\S/.test(line), 3, 0)
    : withoutMiddle(lines, (line) => /^ {8}|^ {4}(stacks: \{|\})$/.test(line), 0, 0);
  return withoutMiddle(told, isUnit, ends).filter((line, at, all) => line !== "" || (at > 0 && all[at - 1] !== "" && at < all.length - 1));
}

/** Stacks of the plan are few, and all of them are shown. */
function isUnit(line: string): boolean {
  const [, type] = resource.exec(line) ?? [];
  return type !== undefined && type !== "sluice:aws:Stack" && type !== "pulumi:pulumi:Stack";
}

/** Leaves out the middle of each group of such lines, if that saves any. */
function withoutMiddle(lines: readonly string[], isOne: (line: string) => boolean, first: number, last = first): readonly string[] {
  const kept: string[] = [];
  let group: string[] = [];
  const close = () => {
    const out = group.length - first - last;
    kept.push(
      ...(out > 1
        ? [...group.slice(0, first), `${/^ */.exec(group[first] ?? "")?.[0]}… ${out} lines`, ...group.slice(first + out)]
        : group),
    );
    group = [];
  };
  for (const line of lines) {
    if (isOne(line)) group.push(line);
    else {
      close();
      kept.push(line);
    }
  }
  close();
  return kept;
}
