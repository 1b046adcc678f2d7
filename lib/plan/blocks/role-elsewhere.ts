import { globalArn } from "../../aws/arns.ts";
import { nameOf } from "../../aws/names.ts";
import { type PolicyDocument, type Statement, trustsAccounts } from "../../aws/policy.ts";
import type { Block, Site } from "../stack.ts";

/** A role of another account, known by its name before it exists. */
export interface RoleElsewhere {
  readonly account: string;
  readonly arn: string;
}

/** The role of a thing at a site. The name is all that two accounts must agree on. */
export function roleAt(site: Site, thing: string): RoleElsewhere {
  return { account: site.account, arn: globalArn(site.region, "iam", site.account, `role/${nameOf("role", site, thing)}`) };
}

/**
 * Exactly these roles. AWS refuses a policy that names a role which does not exist yet, and forgets one that was deleted; an account with a
 * condition on the role holds for both (IAM User Guide, "AWS JSON policy elements: Principal").
 */
export function principal({ site }: Block, roles: readonly RoleElsewhere[]): Pick<Statement, "Principal" | "Condition"> {
  return { Principal: { AWS: accounts(site, roles) }, Condition: { ArnEquals: { "aws:PrincipalArn": roles.map(({ arn }) => arn) } } };
}

/** Exactly this role of another account may take the role on (C10). */
export function trustsElsewhere({ site }: Block, role: RoleElsewhere): PolicyDocument {
  return trustsAccounts(accounts(site, [role]), { ArnEquals: { "aws:PrincipalArn": role.arn } });
}

function accounts({ region }: Site, roles: readonly RoleElsewhere[]): readonly string[] {
  return [...new Set(roles.map(({ account }) => account))].map((account) => globalArn(region, "iam", account, "root"));
}
