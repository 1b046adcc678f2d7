import type { STSClient } from "@aws-sdk/client-sts";
import { UserError } from "../../base/errors.ts";
import { mostApart, showDuration } from "../../base/time.ts";
import { setClock } from "./failure.ts";

/**
 * Hears from a client's next answers what time it is at AWS, and throws where this machine's clock is another: times of CloudWatch are compared
 * with its own. AWS alone takes signatures that are five minutes off (IAM User Guide, "Elements of an AWS API request signature").
 */
export function hearTime(client: STSClient): { readonly refuseWrongClock: () => void } {
  /** Between the call and its answer it was then; an answer can take long. */
  let ahead = { least: 0, most: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const called = Date.now();
      const result = await next(args);
      const date: unknown = Reflect.get(Object(Reflect.get(Object(result.response), "headers")), "date");
      const told = typeof date === "string" ? Date.parse(date) : Number.NaN;
      if (!Number.isNaN(told)) ahead = { least: called - told, most: Date.now() - told };
      return result;
    },
    { step: "deserialize", name: "hearTime", override: true },
  );
  return {
    refuseWrongClock: () => {
      if (ahead.least <= mostApart && ahead.most >= -mostApart) return;
      throw new UserError(
        "world/clock",
        `the clock of this machine is ${showDuration(Math.abs(ahead.most))} ${ahead.most > 0 ? "ahead of" : "behind"} AWS's`,
        setClock,
      );
    },
  };
}
