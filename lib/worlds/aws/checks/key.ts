import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** Only an enabled key encrypts (AWS KMS Developer Guide, "Key states of AWS KMS keys"). */
export const key: Check<"key"> = ({ region, arn }, means) =>
  withClient(new KMSClient(inTime(region)), async (client) => {
    const asked = await call(means, "kms:DescribeKey", (options) => client.send(new DescribeKeyCommand({ KeyId: arn }), options), {
      NotFoundException: "there is no such key",
    });
    if (asked.is !== "told") return asked;
    const { KeyState: state = "in no state" } = asked.value.KeyMetadata ?? {};
    return state === "Enabled" ? done("the key is enabled") : toDo(`the key is ${state}`);
  });
