import { entry } from "../entry.ts";

export const trail = entry("AWS::CloudTrail::Trail", "aws:cloudtrail/trail:Trail", {
  ref: "name",
  fields: {
    TrailName: "name",
    IsLogging: "enableLogging",
    CloudWatchLogsLogGroupArn: "cloudWatchLogsGroupArn",
    CloudWatchLogsRoleArn: "cloudWatchLogsRoleArn",
    KMSKeyId: "kmsKeyId",
  },
});
