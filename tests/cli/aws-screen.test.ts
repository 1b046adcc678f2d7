import { expect, test } from "vitest";
import type { AwsEvent, AwsTold, ResourceProgress } from "../../lib/actions/aws-events.ts";
import { viewOf } from "../../lib/actions/preview.ts";
import { instant } from "../../lib/base/time.ts";
import { awsLines } from "../../lib/cli/aws-lines.ts";
import { awsBlank, awsScreen, awsStoryAfter } from "../../lib/cli/aws-screen.ts";
import { previewLines } from "../../lib/cli/changes-text.ts";
import { noPaint } from "../../lib/cli/paint.ts";

const resource = (id: string, is: ResourceProgress["is"], because = ""): ResourceProgress => ({
  type: "resource",
  stack: "shop-base",
  component: "Network",
  id,
  of: "AWS::EC2::EIP",
  does: "create",
  is,
  because,
});

const change = (id: string, will: "create" | "update" | "replace" | "destroy" | "may-replace", properties: readonly string[] = []) =>
  ({ id, of: "AWS::EC2::EIP", will, properties }) as const;

const stacks = [
  { stack: "shop-base", changes: [change("One", "create"), change("Two", "create")], outputs: ["VpcId"] },
  { stack: "shop-web", changes: [], outputs: [] },
];

function screenAfter(told: readonly AwsTold[], columns = 80): readonly string[] {
  const story = told.map((one): AwsEvent => ({ ...one, at: instant(0) })).reduce(awsStoryAfter, awsBlank);
  return awsScreen(story, { columns, spinner: "*", paint: noPaint });
}

test("X10: the screen counts what is done in each stack, names what AWS is at, and keeps every failure", () => {
  const told: AwsTold[] = [
    { type: "changes", stacks },
    { type: "stack", stack: "shop-base", is: "started" },
    resource("One", "started"),
    resource("Two", "started"),
    resource("One", "done"),
  ];
  expect(screenAfter(told)).toEqual(["* shop-base  1/2  Two", "· shop-web   waiting"]);
  expect(screenAfter([...told, resource("Two", "failed", "no more addresses")])).toEqual([
    "* shop-base  1/2",
    "· shop-web   waiting",
    "✖ shop-base: create Two (AWS::EC2::EIP): failed, no more addresses",
  ]);
  expect(screenAfter([...told, { type: "stack", stack: "shop-base", is: "done" }])[0]).toBe("✔ shop-base  done");
});

test("a stack that no preview has counted is shown when it is deleted, and no line is wider than the terminal", () => {
  expect(screenAfter([{ type: "stack", stack: "shop-old", is: "started" }])).toEqual(["* shop-old  0"]);
  const many = Array.from({ length: 30 }, (_, at) => resource(`Resource${at}`, "started"));
  for (const line of screenAfter([...many, resource("X", "failed", "a long reason ".repeat(20))], 60)) expect(line.length).toBeLessThan(60);
});

test("X10: in a pipe each event is a line with its time, and AWS's reason stands in it", () => {
  const at = instant(3_500);
  const start = instant(1_000);
  expect(awsLines({ ...resource("One", "failed", "no more addresses"), at }, start)).toEqual([
    "   +2.5s  shop-base: create One (AWS::EC2::EIP): failed, no more addresses",
  ]);
  expect(awsLines({ type: "changes", stacks, at }, start)).toEqual([
    "   +2.5s  changes: 2 to create",
    "            shop-base: 2 to create",
    "            shop-web: nothing to change",
  ]);
});

test("X10: a preview marks each change, and calls out what would be lost", () => {
  const changed = {
    stack: "shop-base",
    changes: [change("A", "update", ["Tags"]), change("B", "replace", ["Domain"]), change("C", "destroy"), change("D", "may-replace")],
    outputs: [],
  };
  expect(previewLines(viewOf("test", [changed, ...stacks.slice(1)]), noPaint)).toEqual([
    "shop-base",
    "  ~ update       A  AWS::EC2::EIP  Tags",
    "  ± REPLACE      B  AWS::EC2::EIP  Domain",
    "  - DELETE       C  AWS::EC2::EIP",
    "  ± MAY REPLACE  D  AWS::EC2::EIP",
    "",
    "shop-web  no change",
    "",
    "test: 1 to update, 1 to REPLACE, 1 to DELETE, 1 to MAY REPLACE",
    "deleted or replaced, with what is in them: shop-base/B, shop-base/C, shop-base/D",
  ]);
});
