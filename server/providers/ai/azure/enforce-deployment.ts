import type { Dialect } from "../../_wire/dialect.ts";
import { functionsAlone } from "../_openai-chat/functions-alone.ts";
import { plainTurns } from "../_openai-chat/plain-turns.ts";
import { deploymentOf } from "./deployment-of.ts";

/** Asks for the deployment of the model that is priced: to Azure, the deployment's name is the model's. */
export const enforceDeployment = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits(body, io) {
    functionsAlone(body);
    // Of embeddings there are no turns.
    const turns = body.messages === undefined ? {} : { messages: plainTurns(body) };
    const limited = dialect.enforceLimits({ ...body, ...turns }, io);
    return { ...limited, model: deploymentOf(io.model, io.credential.deployments) };
  },
});
