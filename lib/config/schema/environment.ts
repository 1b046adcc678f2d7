import { z } from "zod";
import { isRegion, regions } from "../../aws/regions.ts";
import { nearest } from "../nearest.ts";
import { section, text, time } from "../values.ts";
import { existing } from "./existing.ts";
import { arnText } from "./identity.ts";
import { migration } from "./migration.ts";

const accountFix = 'write the 12 digits of an AWS account in quotes, such as "111122223333"';
const account = z.string({ error: accountFix }).regex(/^\d{12}$/, accountFix);

/** An AWS region that the dated table in `lib/aws` knows. */
export const region = z.string({ error: 'write an AWS region, such as "eu-west-1"' }).transform((name, context) => {
  if (isRegion(name)) return name;
  const [close] = nearest(name, regions);
  const fix = close ? `no such region, did you mean "${close}"?` : `no such region; known: ${regions.join(", ")}`;
  context.issues.push({ code: "custom", message: fix, input: name });
  return z.NEVER;
});

const domainFix = 'write a domain name in small letters, such as "shop.example.com"';
const domain = z.string({ error: domainFix }).regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, domainFix);

const zoneFix = 'write "new", or the id of a hosted zone such as "Z0123456789ABCDEFGHIJ"';

const gatewayFix = 'write the id of a transit gateway, such as "tgw-0a1b2c3d4e5f60718"';

const environment = section({
  account: account.describe("AWS account, 12 digits."),
  regions: z
    .array(region, { error: 'write a list of AWS regions, such as ["eu-west-1"]' })
    .min(1, "write at least one region")
    .describe("AWS regions; the first is the primary one. New ones go to the end of the list: each region's addresses follow its place."),
  suffix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, "write 1 to 12 small letters and digits, starting with a letter")
    .optional()
    .describe("Part of every physical name. Without it: the environment's name. Changing it replaces everything."),
  protected: z
    .boolean({ error: "write true or false" })
    .prefault(true)
    .describe("Whether data outlives its stack and deletion needs a person's word. `false` destroys and empties everything on destroy."),
  cidr: text('write an IPv4 block such as "10.0.0.0/16"')
    .prefault("10.0.0.0/16")
    .describe("Addresses of the network in the first region; the block after it, of the same size, is the second region's, and so on."),
  domain: domain.optional().describe("Domain name under which callers reach the service."),
  zone: text(zoneFix)
    .regex(/^(new|Z[A-Z0-9]{8,31})$/, zoneFix)
    .optional()
    .describe('Route 53 zone of the domain: the id of an existing one, or `"new"`. Without it DNS is left to you.'),
  certificate: arnText("a certificate in ACM")
    .optional()
    .describe("ARN of an issued ACM certificate for the domain. Without it one is made and validated in the zone."),
  link: section({
    transitGateway: text(gatewayFix)
      .regex(/^tgw-[0-9a-f]{8,17}$/, gatewayFix)
      .describe("Id of the transit gateway in the region of this environment; it takes the attachments of this account by itself."),
  })
    .optional()
    .describe(
      "Link of the network with that of `migration.source`, and with those of the environments that migrate from here. Without it the way between them is made by you.",
    ),
  waves: z
    .array(
      section({
        region: region.describe("Region that serves callers."),
        bake: time().optional().describe("How long the gates must hold there at each weight. Without it: `rollout.bake`."),
      }),
      { error: 'write a list such as [{ region: "eu-west-1", bake: "30m" }, { region: "us-east-1" }]' },
    )
    .min(1, "write at least one wave, or leave it out")
    .optional()
    .describe(
      "The order in which a release goes through the regions that serve callers, each of which has to pass before the next begins. Without it: that of `regions`.",
    ),
  existing,
  migration,
});

/** The environments by name, as a list in which each knows its name and suffix. What a name may be, a rule says. */
export const environments = z
  .record(z.string(), environment, {
    error: 'write an object of environments by name, such as { staging: { account: "111122223333", regions: ["eu-west-1"] } }',
  })
  .prefault({})
  .transform((byName) => Object.entries(byName).map(([name, one]) => ({ ...one, name, suffix: one.suffix ?? name })))
  .describe("Where it runs on AWS, by name: an account and its regions. Not needed for a rehearsal.");

/** One environment as rules and plan read it: its suffix filled in, its regions known, the first of them the primary one. */
export type Environment = z.output<typeof environments>[number];
