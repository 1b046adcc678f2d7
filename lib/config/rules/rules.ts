import { bringFits } from "./bring.ts";
import { databaseFits, databaseInOwnNetwork, recoveryFits, rotationFits } from "./database.ts";
import { delivered, rolledOutByCodeDeploy } from "./delivery.ts";
import { domainFitsItsCertificate, domainsApart, healthFitsDns } from "./domains.ts";
import { certificates, environmentsApart, environmentsNamed, networks, regionsOnce, zones } from "./environments.ts";
import { existingFits } from "./existing.ts";
import { existingServiceFits } from "./existing-service.ts";
import { firewallBeforeOwnBalancer } from "./firewall.ts";
import { hostFits, hostReachesAws } from "./host.ts";
import { fleetsFit, fleetsInOneRegion, fleetsInOwnNetwork, fleetsReleased } from "./instances.ts";
import { linkFits } from "./link.ts";
import { migrateEnds, migrateFits } from "./migrate.ts";
import { migrationFits, replicaElsewhere, routedByName, sourceIsAnother } from "./migration.ts";
import { rolledOutByEcs } from "./native.ts";
import { ofOnePartition } from "./partitions.ts";
import { pulumiKnowsItsState, workflowKnowsItsState } from "./pulumi.ts";
import { asksForContainers, edgeFits, severalRegionsAlike } from "./regions.ts";
import { dataLimitHoldsReading, framingIsGiven, nothingInClear, portIsGiven, weightsRise } from "./rehearsal.ts";
import { releasedByBuild } from "./released-by-build.ts";
import type { Rule } from "./rule.ts";
import {
  computeFits,
  computeGiven,
  holderOfWeights,
  requestsCounted,
  serviceNamed,
  weightsInPercents,
  weightsInTenths,
} from "./services.ts";
import { firstTakesTheRest, routesApart, severalServices } from "./several.ts";
import { sourceFits } from "./source.ts";
import { stagesKnown } from "./stages.ts";
import { builtForItsCopies, homeHoldsNoService, ipv6InOwnNetworks, reachedWithoutNat, storageOfFleets } from "./switched.ts";
import { credentialsAreGiven, nothingResolved } from "./variables.ts";
import { wavesAreJudged, wavesFit } from "./waves.ts";

/** Every rule, in the order in which people read the problems. A rule that is not in this list is never asked. */
export const rules: readonly Rule[] = [
  weightsRise,
  dataLimitHoldsReading,
  portIsGiven,
  nothingInClear,
  credentialsAreGiven,
  nothingResolved,
  framingIsGiven,
  severalServices,
  firstTakesTheRest,
  routesApart,
  serviceNamed,
  computeGiven,
  computeFits,
  requestsCounted,
  fleetsFit,
  fleetsReleased,
  fleetsInOneRegion,
  fleetsInOwnNetwork,
  holderOfWeights,
  weightsInPercents,
  weightsInTenths,
  hostFits,
  hostReachesAws,
  routedByName,
  databaseFits,
  databaseInOwnNetwork,
  rotationFits,
  recoveryFits,
  migrationFits,
  sourceIsAnother,
  bringFits,
  migrateFits,
  migrateEnds,
  linkFits,
  replicaElsewhere,
  rolledOutByCodeDeploy,
  rolledOutByEcs,
  releasedByBuild,
  environmentsNamed,
  environmentsApart,
  regionsOnce,
  ofOnePartition,
  severalRegionsAlike,
  wavesFit,
  wavesAreJudged,
  edgeFits,
  firewallBeforeOwnBalancer,
  asksForContainers,
  networks,
  zones,
  certificates,
  domainsApart,
  domainFitsItsCertificate,
  healthFitsDns,
  existingFits,
  existingServiceFits,
  stagesKnown,
  homeHoldsNoService,
  storageOfFleets,
  builtForItsCopies,
  ipv6InOwnNetworks,
  reachedWithoutNat,
  pulumiKnowsItsState,
  workflowKnowsItsState,
  delivered,
  sourceFits,
];
