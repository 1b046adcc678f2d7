// CloudFront takes requests to a key-value store from any region, by a signature that knows no region: this teaches the SDK to make it.
import "@aws-sdk/signature-v4a";
import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import type { Region } from "../../aws/regions.ts";
import { duration } from "../../base/time.ts";
import { originIn } from "../../plan/blocks/distribution.ts";
import { chosenOrigin } from "../../plan/blocks/region-choice.ts";
import type { Entry } from "../../ports/entry.ts";
import type { Answer } from "../../ports/probe.ts";
import { done, type Pending, type Result } from "../../ports/step-result.ts";
import { asked } from "./failure.ts";

interface Choice {
  readonly client: CloudFrontKeyValueStoreClient;
  /** The store of the plan, and the region that answers while nothing is chosen in it. */
  readonly storeArn: string;
  readonly primary: Region;
  readonly recovery: Region;
  /** What callers ask: a URL that a copy which is well answers. */
  readonly url: string;
}

const timeout = 10_000;
const lookAgainIn = duration(2_000);

/** The callers of CloudFront, led by the key that its function reads (ADR 0009): none leads to the primary region. */
export function chosenEntry(given: Choice): Entry {
  return {
    region: () => asked("read which region answers", () => regionOf(given)),
    lead: (region) => asked(`lead callers to ${region}`, () => lead(given, region)),
    ask: () => ask(given.url),
  };
}

async function regionOf({ client, storeArn, primary, recovery }: Choice): Promise<string> {
  try {
    const { Value } = await client.send(new GetKeyCommand({ KvsARN: storeArn, Key: chosenOrigin }));
    return [primary, recovery].find((region) => originIn(region) === Value) ?? String(Value);
  } catch (error) {
    if (error instanceof ResourceNotFoundException && (await isThere(client, storeArn))) return primary;
    throw error;
  }
}

/** A store that is missing must not read as one that chooses nothing. */
const isThere = async (client: CloudFrontKeyValueStoreClient, KvsARN: string): Promise<boolean> =>
  (await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).ETag !== undefined;

async function lead(given: Choice, region: string): Promise<Result> {
  if ((await regionOf(given)) === region) return done;
  const { client, storeArn: KvsARN, primary, recovery } = given;
  const { ETag: IfMatch } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  const key = { KvsARN, Key: chosenOrigin, IfMatch };
  try {
    if (region === primary) await client.send(new DeleteKeyCommand(key));
    else await client.send(new PutKeyCommand({ ...key, Value: originIn(recovery) }));
  } catch (error) {
    // Somebody wrote in between, or deleted the same key: the next look sees what.
    if (!(error instanceof ConflictException || error instanceof ResourceNotFoundException)) throw error;
  }
  return waiting("CloudFront takes the choice");
}

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });

/** As a caller does: by the name, through everything that is before the copies. */
async function ask(url: string): Promise<Answer> {
  const check = `GET ${url}`;
  try {
    const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeout) });
    return { check, ok: status < 400, saw: String(status) };
  } catch (error) {
    return { check, ok: false, saw: error instanceof Error ? error.message : String(error) };
  }
}
