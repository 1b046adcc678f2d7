/** The environment of a rehearsal, which commands mean that name none. */
export const rehearsalEnvironment = "rehearsal";

/** A command that takes an environment, as it is typed for this one. */
export const commandOn = (command: string, environment: string): string =>
  environment === rehearsalEnvironment ? command : command.replace(/^sluice (\S+)/, `sluice $1 ${environment}`);
