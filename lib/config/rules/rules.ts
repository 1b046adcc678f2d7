import { delivered, rolledOutByCodeDeploy } from "./delivery.ts";
import { certificates, environmentsApart, networks, regionsOnce, zones } from "./environments.ts";
import { dataLimitHoldsReading, framingIsGiven, oneService, portIsGiven, weightsRise } from "./rehearsal.ts";
import type { Rule } from "./rule.ts";
import { computeFits, computeGiven, holderOfWeights } from "./services.ts";

export const rules: readonly Rule[] = [
  oneService,
  weightsRise,
  dataLimitHoldsReading,
  portIsGiven,
  framingIsGiven,
  computeGiven,
  computeFits,
  holderOfWeights,
  rolledOutByCodeDeploy,
  environmentsApart,
  regionsOnce,
  networks,
  zones,
  certificates,
  delivered,
];
