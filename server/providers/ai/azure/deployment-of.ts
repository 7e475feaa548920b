const name = "[A-Za-z0-9._-]{1,128}";
const pair = `${name}=${name}`;

/** `gpt-4o=chat-prod, text-embedding-3-small=vectors` */
export const deploymentsPattern = new RegExp(`^\\s*(?:${pair}(?:\\s*,\\s*${pair})*)?\\s*$`);

/** What a model's deployment is called: as the credential says, else like the model. */
export const deploymentOf = (model: string, deployments = ""): string => {
  const pairs = deployments.split(",").map((one) => one.trim().split("="));
  return pairs.find(([of]) => of === model)?.[1] ?? model;
};
