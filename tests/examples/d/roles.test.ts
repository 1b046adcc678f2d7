import { expect, it } from "vitest";
import { grantsOf, statementsOf } from "../policies.ts";
import { both } from "./plans.ts";

it.each(both)(
  "B14 no role is given all actions of a service, and all resources only with the reason as the statement's Sid (%s)",
  (_name, templates) => {
    const granted = templates.all("AWS::IAM::Role").flatMap((role) => grantsOf(templates, role));
    expect(granted.length).toBeGreaterThan(40);
    for (const { effect, actions, resources, sid } of granted) {
      expect(effect).toBe("Allow");
      for (const action of actions) expect(action).not.toContain("*");
      if (resources.includes("*")) expect(sid).toMatch(/^([A-Z][a-z0-9]*){3,}$/);
    }
  },
);

it.each(both)("B14 a service takes on a role only for this account, and an account only by one role (%s)", (_name, templates) => {
  for (const role of templates.all("AWS::IAM::Role")) {
    for (const { services, accounts, everyone, condition } of statementsOf(role, "AssumeRolePolicyDocument")) {
      expect([role.id, everyone, services.length + accounts.length]).toEqual([role.id, false, 1]);
      // IAM User Guide, "The confused deputy problem": a service acts for the account that it names.
      if (services.length > 0) expect(condition).toMatchObject({ StringEquals: { "aws:SourceAccount": templates.account } });
      for (const account of accounts) expect(templates.follow(account).type).toBe("AWS::IAM::Role");
    }
  }
});

it.each(both)("D03 every role is used: by what it is given to, or by the pipeline for a stage (%s)", (_name, templates) => {
  const texts = templates.found
    .filter((one) => one.type !== "AWS::IAM::RolePolicy")
    .map((one) => [one, JSON.stringify(one.value)] as const);
  const unused = templates
    .all("AWS::IAM::Role")
    .filter((role) => !texts.some(([one, text]) => one !== role && text.includes(role.attribute("Arn"))));
  expect(unused.map(({ id }) => id)).toEqual([]);
});
