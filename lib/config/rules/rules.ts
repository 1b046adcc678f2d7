import { delivered, rolledOutByCodeDeploy } from "./delivery.ts";
import { certificates, environmentsApart, networks, regionsOnce, zones } from "./environments.ts";
import { existingFits } from "./existing.ts";
import { dataLimitHoldsReading, framingIsGiven, oneService, portIsGiven, weightsRise } from "./rehearsal.ts";
import type { Rule } from "./rule.ts";
import { computeFits, computeGiven, holderOfWeights, serviceNamed } from "./services.ts";
import { stagesKnown } from "./stages.ts";

export const rules: readonly Rule[] = [
  oneService,
  weightsRise,
  dataLimitHoldsReading,
  portIsGiven,
  framingIsGiven,
  serviceNamed,
  computeGiven,
  computeFits,
  holderOfWeights,
  rolledOutByCodeDeploy,
  environmentsApart,
  regionsOnce,
  networks,
  zones,
  certificates,
  existingFits,
  stagesKnown,
  delivered,
];
