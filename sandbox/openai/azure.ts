import { jsonReply } from "../vendor.ts";
import type { Vendor, VendorReply } from "../vendor.ts";
import { openaiModel } from "./models.ts";
import { openai } from "./vendor.ts";

const refuse = (status: number, code: string, message: string): VendorReply =>
  jsonReply(status, {}, { error: { code, message } });

// https://learn.microsoft.com/azure/ai-foundry/openai/latest: what the versionless API has of OpenAI's
const routes: ReadonlySet<string> = new Set(["/chat/completions", "/embeddings"]);

/** A deployment has any name; here the model that it is of stands behind `prod-`. */
const modelOf = (deployment: string): string => deployment.replace(/^prod-/, "");

/** Azure OpenAI: OpenAI's models and rules, by the names of deployments. */
export const azureWire: Vendor = {
  ...openai,
  mount: "/azure/openai/v1",
  acceptsKey: (key) => key !== undefined && /^[\w-]{20,}$/.test(key),
  reply(request) {
    const { method, path, model: deployment } = request;
    if (method === "GET" && path === "/models") return openai.reply(request);
    if (method !== "POST" || !routes.has(path)) return refuse(404, "404", "Resource not found");
    const model = modelOf(deployment);
    // https://learn.microsoft.com/azure/ai-foundry/openai/reference#error-codes
    return openaiModel(model) === undefined
      ? refuse(404, "DeploymentNotFound", "The API deployment for this resource does not exist.")
      : openai.reply({ ...request, model });
  },
  refuseKey: () =>
    refuse(
      401,
      "401",
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
    ),
};
