import { z } from "zod";
import { once, text } from "../values.ts";

const tagFix = 'write 1 to 128 letters, digits, spaces or any of _ . : / = + - @, and not "aws:" first, which AWS keeps for itself';
const tagValue = z.string({ error: tagFix }).regex(/^(?!aws:)[\p{L}\p{N} _.:/=+\-@]{1,128}$/iu, tagFix);

/** Who owns what is built, for the tags that everything carries. */
export const owner = tagValue.prefault("unowned").describe("Team that owns it, as the tag `Owner`.");

/** What the tag `CostCenter` says; `none` where nobody wrote it, so that every resource has the tag. */
export const costCenter = tagValue.prefault("none").describe("Where it is charged, as the tag `CostCenter`.");

/** What turns the plan into resources. */
export const engine = z
  .enum(["cdk", "pulumi"], { error: 'write "cdk" or "pulumi"' })
  .prefault("cdk")
  .describe("What turns the plan into resources.");

const email = z.email({ error: "write an e-mail address" });

/** People whom SNS tells; each has to confirm once before it does (Amazon SNS Developer Guide, "Email notifications"). */
export const emails = once(z.array(email, { error: "write a list of e-mail addresses" }));

/** An ARN of a service; what exactly is wrong with it the rules say. */
export const arnText = (what: string) => text(`write the ARN of ${what}`);
