/** For emulators, which take any. */
export const credentials = { accessKeyId: "test", secretAccessKey: "test" };
export const region = "eu-west-1";
