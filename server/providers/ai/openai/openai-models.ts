import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import { searchesOverResponses } from "./search-bound.ts";

/** https://platform.openai.com/docs/models, where each model names the endpoints that serve it. */
export const openAiModels: ModelRules = {
  name: /^([a-z0-9._-]+|ft:[A-Za-z0-9._:-]+)$/,
  nameExpected: "an OpenAI model id, such as gpt-4o-mini or a fine-tuned ft:gpt-4o-mini:…",
  makes: /^(gpt-|chatgpt-|o\d|text-embedding-|ft:gpt-)/,
  home: [
    "openai.chat",
    "openai.responses",
    "openai.embeddings",
    "openai.images",
    "openai.moderations",
    "openai.speech",
    "openai.transcriptions",
  ],
  owned: /^ft:/,
  webSearch: {
    models: searchesOverResponses,
    others: "OpenAI's search is for models of its Responses that are neither nano, fine-tuned nor made to search",
  },
  // …/guides/audio
  speaks: /^gpt-audio(-1\.5|-mini)?(-\d{4}-\d{2}-\d{2})?$/,
  retired: /^(gpt-3\.5-turbo-(0613|16k)|gpt-4-32k|gpt-4\.5-preview|o1-(mini|preview)|gpt-image-1$)/,
  skills: [
    [/^text-embedding-/, ["embeddings"]],
    [/^omni-moderation-/, ["moderation"]],
    [/^gpt-image-(1|1-mini|1\.5|2)(-\d|$)/, ["image"]],
    [/^(tts-1(-hd)?|gpt-4o-mini-tts)(-\d|$)/, ["speech"]],
    // Who said what, and the voices of people, are asked for by fields that are not carried here.
    [/-transcribe-diarize/, []],
    [/^(whisper-1|gpt-4o(-mini)?-transcribe|gpt-transcribe)(-\d|$)/, ["transcription"]],
    // The old completions, moderation, and what is served by endpoints of its own.
    [/^(ada|babbage|curie|davinci|text-|.*moderation|whisper|tts-|dall-e|gpt-image|sora|computer-use|codex-)/, []],
    [/^gpt-realtime(-1\.5|-2(\.\d+)?)?(-mini)?(-\d{4}-\d{2}-\d{2})?$/, ["realtime"]],
    [/-(instruct|image|realtime|transcribe|tts|audio-preview|vision-preview)(-|$)/, []],
    [/^gpt-(realtime|transcribe)/, []],
    // A fine-tuned model has an owner and an id; its family alone is none.
    [/^ft:[^:]*$|\.ft-/, []],
    // They search by themselves, and bill it apart.
    [/-deep-research(-|$)/, []],
    // Names by which the catalogue knows other vendors' offers of these models.
    [/^gpt-oss-|^gpt-3\.5-0301|^gpt-35-|^gpt-\d-\d(-|$)|^o\d-mini-high$/, []],
    [/^/, ["text"]],
  ],
};
