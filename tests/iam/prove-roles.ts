import { describe, expect, it } from "vitest";
import { everything } from "./across.ts";
import type { Context } from "./conditions.ts";
import { type ConcretePolicy, evaluate } from "./evaluate.ts";
import { wrongCall, wrongStatement } from "./reference.ts";
import type { Resolved } from "./resolve.ts";
import { answers, type Call, laxerOf, lessOf, type MadeRole, type RoleTable, rolesOf } from "./roles.ts";

/** A system whose roles are proven. */
export interface System {
  readonly resolved: Resolved;
  readonly account: string;
  readonly otherAccount: string;
  /** By the name of the role in a few words, which `nameOf` tells. */
  readonly tables: Readonly<Record<string, RoleTable>>;
  nameOf(role: MadeRole): string;
  /** What no role may but the one whose task it is. */
  neverOf(roleArns: readonly string[]): readonly Call[];
  /** The same call on what is not this system's. */
  elsewhere(call: Call): readonly Call[];
  /** Roles whose rights are not of single calls, and which another test proves. */
  readonly provenElsewhere?: readonly string[];
}

/** Declares the tests of all roles of a system. */
export function proveRoles(system: System): void {
  const { resolved, tables, nameOf } = system;
  const roles = rolesOf(resolved);

  it("D03, C04: every role has a table of the calls it must make, and no table is of a role that is not there", () => {
    const proven = [...Object.keys(tables), ...(system.provenElsewhere ?? [])];
    expect(roles.map(nameOf).sort()).toEqual(proven.sort());
  });

  it("C04: what no role may is named as AWS names it", async () => {
    expect(await wrongCalls(system.neverOf(roles.map(({ arn }) => arn)))).toEqual([]);
  });

  for (const role of roles) {
    const table = tables[nameOf(role)];
    if (table) describe(`the role ${nameOf(role)}`, () => proveRole(system, roles, role, table));
  }
}

function proveRole(system: System, roles: readonly MadeRole[], role: MadeRole, table: RoleTable): void {
  const { resolved } = system;
  let listed: readonly Call[] | undefined;
  const refused = (): readonly Call[] => {
    listed ??= forbidden(system, roles, table);
    return listed;
  };

  it("D03: may do all that it must", () => {
    const answered = table.must.map((call) => ({ call: show(call), ...answers(resolved, role, call) }));
    expect(answered.filter(({ own, all }) => own !== "allowed" || all !== "allowed")).toEqual([]);
  });

  // A statement that denies is needed if one may do more without it.
  const changesNothing = (policies: readonly ConcretePolicy[]): boolean =>
    table.must.every((call) => answers(resolved, role, call, policies).own === "allowed") &&
    refused().every((call) => answers(resolved, role, call, policies).all !== "allowed");

  it("D03, C04: needs every action and every resource of its policies", () => {
    const needless = lessOf(role.policies).filter(({ policies }) => changesNothing(policies));
    expect(needless.map(({ without }) => without)).toEqual([]);
  });

  it("C04, B14: may do nothing else", () => {
    const allowed = refused().filter((call) => answers(resolved, role, call).all === "allowed");
    expect(allowed.map(show)).toEqual([]);
  });

  it("C04: needs every condition of its policies", () => {
    const needless = laxerOf(role.policies).filter(({ policies }) => changesNothing(policies));
    expect(needless.map(({ without }) => without)).toEqual([]);
  });

  it("B14: is given the policies kept by AWS that it is to have, and no others", () => {
    expect(role.managed.map((arn) => arn.replace("arn:aws:iam::aws:policy/", ""))).toEqual(table.managed ?? []);
  });

  it("D03: calls what AWS's Service Authorization Reference has, on resources that it names", async () => {
    expect(await wrongCalls([...table.must, ...(table.never ?? [])])).toEqual([]);
  });

  it('B14: has "*" only where AWS knows no resource, and only conditions that AWS knows for the action', async () => {
    const wrong = await Promise.all(role.policies.flatMap(({ Statement }) => Statement).map(wrongStatement));
    expect(wrong.flat()).toEqual([]);
  });

  it("C04, D03: is taken on by whom it is for, and by nobody else", () => {
    proveTrust(system, roles, role, table);
  });
}

/** The table's own list, what no role may unless it must, and all that it must elsewhere. */
export function forbidden({ neverOf, elsewhere }: System, roles: readonly MadeRole[], { must, never = [] }: RoleTable): readonly Call[] {
  const isMust = (call: Call): boolean => must.some(({ action, resource }) => action === call.action && resource === call.resource);
  const general = neverOf(roles.map(({ arn }) => arn)).filter((call) => !isMust(call));
  return [...never, ...general, ...must.flatMap(elsewhere)];
}

/** Whom a role trusts. */
export function proveTrust({ account, otherAccount, tables }: System, roles: readonly MadeRole[], role: MadeRole, table: RoleTable): void {
  const { takenOnBy, externalId } = table;
  const take = (who: string, said: Context = {}) => {
    const isToken = who.includes(":oidc-provider/");
    const isRole = who.startsWith("arn:") && !isToken;
    const caller = isToken ? { federated: who } : isRole ? { arn: who } : { service: who };
    const action = isToken ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole";
    const context = { ...(isRole && { "aws:PrincipalArn": who }), ...said };
    // Whatever its own account lets it do: a trusted account decides, and ours must not leave it to one.
    const identity = isRole ? [everything] : [];
    return evaluate({ caller, action, resource: role.arn, context }, { identity, resource: role.trust, ruledByResource: true });
  };
  const right = saidOf(account, table);
  expect(take(takenOnBy, right)).toBe("allowed");
  // Otherwise a service, or a pipeline, could be made to take the role on for somebody else (IAM User Guide, "The confused deputy problem").
  for (const wrong of saidWrongly(otherAccount, table)) expect(take(takenOnBy, wrong), JSON.stringify(wrong)).toBe("not allowed");
  const services = ["cloudformation", "ec2", "ecs", "lambda"].map((name) => `${name}.amazonaws.com`);
  const people = [`arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:user/somebody`, `arn:aws:iam::${account}:role/administrator`];
  const twins = roles.map(({ arn }) => arn.replace(account, otherAccount));
  const others = [...services, ...people, ...twins, ...Object.values(tables).map((one) => one.takenOnBy), ...roles.map(({ arn }) => arn)];
  const said = { ...right, ...(externalId !== undefined && { "sts:ExternalId": externalId }) };
  expect(others.filter((who) => who !== takenOnBy && take(who, said) === "allowed")).toEqual([]);
}

/** What AWS tells of who takes a role on: for which account a service does, or what a role says. */
function saidOf(account: string, { takenOnBy, namesNoAccount, externalId, tokens }: RoleTable): Context {
  if (tokens) return tokens.right;
  if (takenOnBy.startsWith("arn:")) return externalId === undefined ? {} : { "sts:ExternalId": externalId };
  return namesNoAccount ? {} : { "aws:SourceAccount": account };
}

function saidWrongly(otherAccount: string, { takenOnBy, namesNoAccount, externalId, tokens }: RoleTable): readonly Context[] {
  if (tokens) return [{}, ...tokens.wrong];
  if (takenOnBy.startsWith("arn:")) return externalId === undefined ? [] : [{}, { "sts:ExternalId": `${externalId}s` }];
  return namesNoAccount ? [] : [{}, { "aws:SourceAccount": otherAccount }];
}

async function wrongCalls(listed: readonly Call[]): Promise<string[]> {
  const wrong = await Promise.all(listed.map(({ action, resource }) => wrongCall(action, resource)));
  return [...new Set(wrong.filter((one) => one !== undefined))];
}

const show = ({ action, resource, context }: Call): string =>
  `${action} on ${resource}${context ? ` with ${JSON.stringify(context)}` : ""}`;
