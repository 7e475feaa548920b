import {
  broke,
  down,
  echo,
  expectNotAllowed,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type DialectFixtures,
} from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

const refusal = (code: string | null, message: string, more: object = {}) => ({ error: { code, message, ...more } });

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  alike: true,
  models: ["gpt-4o", "gpt-4o-mini"],
  reasoner: "o4-mini",
  events: [
    // Origin: learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming: what filters said of the prompt comes first.
    {
      id: "",
      object: "",
      created: 0,
      model: "",
      choices: [],
      prompt_filter_results: [
        { prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: "safe" } } },
      ],
    },
    ...chatFixtures.events,
  ],
  contentEvents: chatFixtures.contentEvents + 1,
  // Origin: learn.microsoft.com/azure/ai-foundry/openai/reference#error-codes, …/concepts/content-filter.
  errors: [
    {
      status: 400,
      body: refusal("content_filter", `The response was filtered. ${echo}`, {
        param: "prompt",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: {} },
      }),
      expect: refusedRequest,
    },
    {
      status: 401,
      body: refusal("401", "Access denied due to invalid subscription key or wrong API endpoint."),
      expect: refusedKey,
    },
    { status: 403, body: refusal("AuthorizationFailed", echo), expect: expectNotAllowed },
    {
      status: 404,
      body: refusal("DeploymentNotFound", "The API deployment for this resource does not exist."),
      expect: expectUnknownModel,
    },
    {
      status: 429,
      body: refusal("RateLimitReached", "Requests have exceeded token rate limit of your current pricing tier."),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 429, body: refusal("insufficient_quota", echo), expect: broke },
    { status: 500, body: refusal("InternalServerError", echo), expect: down },
    { status: 503, body: refusal("ServiceUnavailable", echo), expect: down },
  ],
};
