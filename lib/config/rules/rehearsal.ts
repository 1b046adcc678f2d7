import { findSecrets, isPassword } from "../../base/secret-text.ts";
import { writeDuration } from "../../base/time.ts";
import type { Rule } from "./rule.ts";

/** Weights must rise and end at 100. */
export const weightsRise: Rule = ({ rollout: { weights } }) =>
  weights.every((weight, i) => weight > (weights[i - 1] ?? 0)) && weights.at(-1) === 100
    ? undefined
    : { path: ["rollout", "weights"], fix: "let them rise and end at 100, e.g. [10, 50, 100]" };

/** A gate that waits for data needs at least one reading in which the data can come. */
export const dataLimitHoldsReading: Rule = ({ rollout: { dataLimit, readEvery } }) =>
  dataLimit >= readEvery
    ? undefined
    : {
        path: ["rollout", "dataLimit"],
        fix: `write at least the time between two readings (readEvery), which is ${writeDuration(readEvery)}`,
      };

/** The port of a copy is chosen when it starts. */
export const portIsGiven: Rule = ({ services }) =>
  services.map((service) => () => {
    const path = ["services", service.name, "env", "PORT"];
    return "PORT" in service.env ? { path, fix: "leave it out: each copy gets a port of its own in PORT" } : undefined;
  });

/** Whoever may read a template, a task definition or this file reads the environment of the app. */
export const nothingInClear: Rule = ({ services }) =>
  services.map(
    ({ name, env }) =>
      () =>
        Object.entries(env).map(([key, value]) => {
          const [found] = findSecrets(`${key}: ${JSON.stringify(value)}`);
          const rule = found?.rule ?? (isPassword(key, value) ? "password" : undefined);
          const fix = `keep it in AWS Secrets Manager, and write its ARN here for the app to read it by (a ${rule}; one that is made up has the word "example" in it)`;
          return rule ? { path: ["services", name, "env", key], fix } : undefined;
        }),
  );

const framing = ["connection", "content-length", "transfer-encoding", "upgrade"];

/** Headers that frame a message follow from the message; a wrong one breaks the connection for the requests after it. */
export const framingIsGiven: Rule = ({ rehearsal: { paths } }) => {
  return paths.flatMap(({ headers = {} }, i) =>
    Object.keys(headers)
      .filter((header) => framing.includes(header.toLowerCase()))
      .map((name) => ({ path: ["rehearsal", "paths", i, "headers", name], fix: "leave it out: it is set for every request" })),
  );
};
