import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import type { Slot } from "../../base/outcome.ts";
import type { Clock, Instant } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { World } from "../../ports/world.ts";
import { refuseOtherAccount } from "./account.ts";
import { archivesIn } from "./archives.ts";
import { type Origin, originOf } from "./builds.ts";
import { vcpusOf } from "./capacity.ts";
import { type Clients, closeClients, openClients } from "./clients.ts";
import { credentialsEnd } from "./credentials-end.ts";
import { imageOf } from "./images.ts";
import { inTime } from "./in-time.ts";
import { subnetsOfGroup } from "./instances.ts";
import type { Place } from "./place.ts";
import type { RunCommand } from "./probe.ts";
import { type ReleaseFunction, releaseFunction } from "./release-function.ts";
import { type Room, roomIn, subnetsOfService } from "./subnets.ts";
import { awsWorld } from "./world.ts";

/** A place on AWS, opened from a command line. */
export interface Opened {
  world(candidate: Slot): World;
  refuseOtherAccount(account: string): Promise<void>;
  /** The function of this alias. */
  releaseFunction(alias: string): ReleaseFunction;
  /** What is released: an image by its tag or digest, or for fleets of EC2 an archive by its key. */
  artifact(version: string): Promise<Artifact>;
  /** Sees to it that what was found stays as it is: an image does by its digest. */
  keep(artifact: Artifact): Promise<void>;
  /** Which build of a project of CodeBuild pushed the image or archive of a digest. */
  originOf(project: string, digest: string): Promise<Origin>;
  /** The vCPUs of an instance type. */
  vcpusOf(type: string): Promise<number>;
  /** The subnets that a slot's copies are started in, each with what is free there. */
  room(slot: Slot): Promise<readonly Room[]>;
  /** When what this machine signs with ends; undefined where that is not known, or where it is renewed. */
  credentialsEnd(): Promise<Instant | undefined>;
  close(): void;
}

interface Host {
  readonly clock: Clock;
  readonly isGone: Ledger["isGone"];
  readonly run: RunCommand;
}

/** With the credentials and endpoints that AWS's SDK finds in its environment. */
export function openAws(place: Place, host: Host): Opened {
  const { region, ledgerRegion, runs, environment } = place;
  const clients = openClients(region, ledgerRegion);
  const ecr = new ECRClient(inTime(region));
  const s3 = new S3Client(inTime(region));
  const sts = new STSClient(inTime(region));
  const lambda = new LambdaClient(inTime(region));
  const codebuild = new CodeBuildClient(inTime(region));
  const ec2 = new EC2Client(inTime(region));
  return {
    world: (candidate) => awsWorld({ clients, place, ...host }, candidate),
    refuseOtherAccount: (account) => refuseOtherAccount(sts, account, environment),
    releaseFunction: (alias) => releaseFunction({ client: lambda, alias, environment }),
    ...(runs.on === "ec2" ? archives(s3, runs.releases) : images(ecr, runs.registry)),
    originOf: (project, digest) => originOf(codebuild, project, digest),
    vcpusOf: (type) => vcpusOf(ec2, type),
    room: async (slot) => roomIn(ec2, await subnetsIn(clients, runs, slot)),
    credentialsEnd: () => credentialsEnd(sts),
    close: () => {
      closeClients(clients);
      for (const client of [ecr, s3, sts, lambda, codebuild, ec2]) client.destroy();
    },
  };
}

function subnetsIn({ ecs, autoscaling }: Clients, runs: Place["runs"], slot: Slot): Promise<readonly string[]> {
  switch (runs.on) {
    case "ecs":
      return subnetsOfService(ecs, runs.cluster, runs.services[slot]);
    case "driven":
      return subnetsOfService(ecs, runs.cluster, runs.service);
    case "ec2":
      return subnetsOfGroup(autoscaling, runs.fleets[slot]);
  }
}

type Versions = Pick<Opened, "artifact" | "keep">;

function archives(client: S3Client, bucket: string): Versions {
  const { find, keep } = archivesIn(client, bucket);
  return { artifact: find, keep };
}

const images = (client: ECRClient, registry: string): Versions => ({
  artifact: (version) => imageOf(client, registry, version),
  keep: async () => {},
});
