import { describe, expect, it } from "vitest";
import { type Asker, accountOf, asks, everything, policyOf, type Step } from "./across.ts";
import { type ConcretePolicy, type ConcreteStatement, listOf } from "./evaluate.ts";
import { type Call, laxerOf, lessOf } from "./roles.ts";
import type { World } from "./world.ts";

/** What accounts of a system do with what is another's. */
export interface Across {
  /** The row that it proves. */
  readonly row: string;
  readonly worlds: readonly World[];
  readonly otherAccount: string;
  readonly steps: readonly Step[];
  /** Whose a resource is, where its ARN has no account. */
  ownerOf(resource: string): string;
  /** What those that a resource is for may not do with it. */
  beyond(resource: string): readonly Call[];
}

const show = ({ who, call }: { readonly who: Asker; readonly call: Call }): string => `${who.arn} ${call.action} on ${call.resource}`;
const isTrust = (resource: string): boolean => resource.includes(":role/");

/** Declares the tests of every resource that another account uses: it lets in those that it is for, and nobody else. */
export function proveAcross(across: Across): void {
  const { row, worlds, steps } = across;

  it(`${row}: every call that is made across accounts is allowed on both sides`, () => {
    const answered = steps.map(({ who, call }) => ({ step: show({ who, call }), answer: asks(worlds, who, call) }));
    expect(answered.filter(({ answer }) => answer !== "allowed")).toEqual([]);
  });

  describe.each([...new Set(steps.map(({ call }) => call.resource))])(`${row}: %s`, (resource) => {
    proveResource(across, resource);
  });
}

function proveResource(across: Across, resource: string): void {
  const { row, worlds, beyond } = across;
  const mine = across.steps.filter(({ call }) => call.resource === resource);
  const strangers = strangersTo(across, resource, mine);
  const policy = forOthers(across, resource);
  const allowed = (who: Asker, call: Call, guard?: ConcretePolicy): boolean => asks(worlds, who, call, guard) === "allowed";

  it(`${row}: lets in nobody else of another account, whatever that account allows`, () => {
    expect(strangers.length).toBeGreaterThan(20);
    const asked = mine.flatMap(({ call }) => strangers.map((who) => ({ who, call })));
    expect(asked.filter(({ who, call }) => allowed(who, call)).map(show)).toEqual([]);
  });

  it(`${row}: needs each action, account and role that its policy names for other accounts`, () => {
    expect(policy.Statement).toHaveLength(new Set([...whoDoes(mine).values()].map((who) => [...who].sort().join(" "))).size);
    const variants = [
      ...lessOf([policy]).map(({ without, policies }) => ({ without, policy: policies[0] ?? everything })),
      ...policy.Statement.flatMap(fewer),
    ];
    expect(variants.length).toBeGreaterThan(2);
    const stillWork = variants.filter(({ policy: less }) => mine.every(({ who, call }) => allowed(who, call, less)));
    expect(stillWork.map(({ without }) => without)).toEqual([]);
  });

  it(`${row}: needs each condition: without it somebody else gets in, or the right one who does not say what it must`, () => {
    const variants = laxerOf([policy]);
    expect(variants.length).toBeGreaterThan(0);
    for (const { without, policies } of variants) {
      const guard = policies[0] ?? everything;
      const admitted = mine.flatMap(({ call }) => strangers.filter((who) => allowed(who, call, guard)));
      const unsaid = mine.filter(({ who, call: { action } }) => allowed(who, { action, resource }, guard));
      expect(admitted.length + unsaid.length, without).toBeGreaterThan(0);
    }
  });

  it(`${row}: lets those that it is for do nothing else, nor what it is for others to do`, () => {
    const does = whoDoes(mine);
    const ofOthers = (who: Asker) => mine.map(({ call }) => call).filter(({ action }) => !does.get(action)?.has(who.arn));
    const asked = mine.flatMap(({ who }) =>
      [...beyond(resource), ...ofOthers(who)].map((call) => ({ who: { arn: who.arn, policies: [everything] }, call })),
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ who, call }) => allowed(who, call)).map(show)).toEqual([]);
  });
}

/** Who makes each of the calls. */
function whoDoes(mine: readonly Step[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { who, call } of mine) found.set(call.action, (found.get(call.action) ?? new Set()).add(who.arn));
  return found;
}

/** Roles that some account lets do everything, at home and wherever they are let in. */
export const powerful = ({ worlds, otherAccount }: Pick<Across, "worlds" | "otherAccount">): readonly Asker[] =>
  [
    ...worlds.flatMap(({ roles }) => roles.map(({ arn }) => arn)),
    ...[...worlds.map(({ account }) => account), otherAccount].map((account) => `arn:aws:iam::${account}:role/administrator`),
    // The very names, of another account.
    ...worlds.flatMap(({ roles, account }) => roles.map(({ arn }) => arn.replace(account, otherAccount))),
  ].map((arn) => ({ arn, policies: [everything] }));

/** Who is not the one that a step is for. In its own account a bucket, key or registry leaves it to the account (prove-guards.ts). */
function strangersTo(across: Across, resource: string, mine: readonly Step[]): readonly Asker[] {
  const meant = mine.map(({ who }) => who.arn);
  const owner = across.ownerOf(resource);
  return powerful(across).filter(({ arn }) => !meant.includes(arn) && (isTrust(resource) || accountOf(arn) !== owner));
}

/** What a policy lets other accounts do, without the rest of it. */
const forOthers = ({ worlds, ownerOf }: Across, resource: string): ConcretePolicy => ({
  Statement: policyOf(worlds, resource).Statement.filter((one) => {
    const { Principal } = one;
    const named = Principal === undefined || Principal === "*" ? [] : listOf(Principal.AWS);
    return one.Effect === "Allow" && named.some((arn) => accountOf(arn) !== ownerOf(resource));
  }),
});

/** The statement, each time without one of the accounts or one of the roles that it names. */
function fewer(statement: ConcreteStatement): readonly { readonly without: string; readonly policy: ConcretePolicy }[] {
  const { Principal, Condition } = statement;
  const accounts = Principal === undefined || Principal === "*" ? [] : listOf(Principal.AWS);
  const roles = listOf(Condition?.ArnEquals?.["aws:PrincipalArn"]);
  const changed = (change: Partial<ConcreteStatement>): ConcretePolicy => ({ Statement: [{ ...statement, ...change }] });
  return [
    ...accounts.map((gone) => ({ without: gone, policy: changed({ Principal: { AWS: accounts.filter((one) => one !== gone) } }) })),
    ...roles.map((gone) => ({
      without: gone,
      policy: changed({ Condition: { ...Condition, ArnEquals: { "aws:PrincipalArn": roles.filter((one) => one !== gone) } } }),
    })),
  ];
}

/** What of the worlds names another account in a policy of its own, by type. */
export const opened = (worlds: readonly World[]): readonly string[] =>
  worlds
    .flatMap(({ account, resolved }) =>
      resolved.plan.stacks.flatMap((stack) =>
        stack.resources.filter(({ properties }) => {
          const text = JSON.stringify(properties);
          return text.includes('"Principal"') && [...text.matchAll(/iam::(\d{12}):root/g)].some(([, one]) => one !== account);
        }),
      ),
    )
    .map(({ type }) => type)
    .sort();
