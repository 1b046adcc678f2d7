import { environmentMapOf } from "../../../lib/actions/environment-map.ts";
import type { Plan } from "../../../lib/plan/template.ts";
import { credentials } from "../../worlds/aws/credentials.ts";
import { type Emulator, emulator, whyNo } from "../../worlds/aws/emulator.ts";
import { everywhere } from "../clients.ts";
import { type Stack, stacksIn } from "../outputs.ts";
import { carryOut } from "./carry-out.ts";
import { containerMakers } from "./containers.ts";
import { keptMakers } from "./kept.ts";
import { networkMakers } from "./network.ts";
import { serviceMakers } from "./services.ts";
import { storageMakers } from "./storage.ts";

/** Why emulators cannot be used, or undefined. */
export const skip = whyNo("moto") ?? whyNo("ministack");

/** What is asked of which: ministack keeps what Amazon S3 is told of copies, and counts who has not confirmed; moto knows the rest. */
const environmentOf = (moto: Emulator, ministack: Emulator): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL: moto.url,
  AWS_ENDPOINT_URL_S3: ministack.url,
  AWS_ENDPOINT_URL_SNS: ministack.url,
});

/** Emulators of AWS, asked by clients that know nothing of it: the process's environment says where they are, as it would for a team. */
export async function openWorld() {
  const before = { ...process.env };
  // As many copies of any service run in moto as any plan here asks for.
  process.env.MOTO_ECS_SERVICE_RUNNING = "3";
  const [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  Object.assign(process.env, environmentOf(moto, ministack));
  const { clients, close } = everywhere();
  const makers = {
    ...networkMakers(clients),
    ...storageMakers(clients),
    ...containerMakers(clients),
    ...keptMakers(clients),
    ...serviceMakers(clients, (region, domain) => certificate(moto, region, domain)),
  };
  return {
    clients,
    /** Forgets what was made before, and makes what a plan says. Returns the map of it, as a deploy writes it. */
    deploy: async (plan: Plan): Promise<{ readonly map: string; readonly stacks: readonly Stack[] }> => {
      await Promise.all([moto.reset(), ministack.reset()]);
      const { stacks, ...rest } = environmentMapOf(plan, await carryOut(plan, (type) => makers[type]));
      const map = JSON.stringify({ ...rest, stacks: stacks.map((one) => ({ ...one, outputs: made(one.outputs) })) });
      return { map, stacks: stacksIn(JSON.parse(map)) };
    },
    close: async () => {
      close();
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      await Promise.all([moto.close(), ministack.close()]);
    },
  };
}

/** Secrets that rotate, registries and trails nobody here makes, so they are not told either. */
function made(told: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(told).filter(([name]) => !/(SecretArn|^RegistryName|^TrailArn)$/.test(name));
  return Object.fromEntries(kept);
}

/** A listener is refused without a certificate. Nothing else here asks ACM, so that its client is not needed. */
async function certificate(moto: Emulator, region: string, DomainName: string): Promise<string> {
  const answer = await fetch(moto.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "CertificateManager.RequestCertificate",
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/acm/aws4_request`,
    },
    body: JSON.stringify({ DomainName, ValidationMethod: "DNS" }),
  });
  return JSON.parse(await answer.text()).CertificateArn;
}
