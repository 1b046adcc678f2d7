import { type DoctorView, doctor, loadAccount, type StepView } from "../actions/doctor.ts";
import { readKeptOf } from "../actions/kept-map.ts";
import { type Asked, openTarget } from "../actions/target.ts";
import { exitCodes } from "../base/outcome.ts";
import { printData } from "./output.ts";
import { type Paint, paintFor, type Tone } from "./paint.ts";

/** `sluice doctor`: what a person must do before a deploy can end well, to stdout. Ends with 12 while something is known to be missing. */
export async function showDoctor({ json, ...asked }: Asked & { readonly json: boolean }): Promise<number> {
  const view = await doctor(await openTarget(asked), { load: loadAccount, kept: readKeptOf });
  await printData(json ? [JSON.stringify(view)] : doctorLines(view, paintFor(process.stdout)));
  return view.steps.some(({ is }) => is === "to do") ? exitCodes.blocked : 0;
}

const marks: Readonly<Record<StepView["is"], readonly [Tone, string]>> = {
  done: ["good", "✔ done   "],
  "to do": ["bad", "✖ to do  "],
  unknown: ["warn", "? unknown"],
};

/** A table of the steps, with what to run below each, as it stands. */
function doctorLines({ environment, steps }: DoctorView, paint: Paint): readonly string[] {
  const counts = (["done", "to do", "unknown"] as const).map((state) => `${steps.filter(({ is }) => is === state).length} ${state}`);
  return [
    ...steps.flatMap(({ is, what, because, run }) => [
      `${paint(...marks[is])}  ${paint("strong", what)}`,
      `${indent}${paint("quiet", because)}`,
      ...run.map((line) => `${indent}${line.startsWith("https:") ? "" : "$ "}${line}`),
    ]),
    "",
    `${environment}: ${counts.join(", ")}`,
  ];
}

const indent = " ".repeat(11);
