import type { Type } from "../../../../lib/plan/template.ts";

/** The same thing said twice by hand: as a Pulumi program of the provider's documentation would, and as a CloudFormation template. */
export interface Twin {
  readonly type: Type;
  make(): void;
  /** What the program has besides: the resource that this one rides on. */
  readonly on?: Type;
  /** Why a plan tells Pulumi the same in another form. */
  readonly other?: string;
  /** The properties that the program must read back to. */
  readonly is: Readonly<Record<string, unknown>>;
}
