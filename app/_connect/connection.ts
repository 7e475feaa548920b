/** For whom an example is written: a gateway, a model and a credential. */
export interface ConnectFacts {
  /** The gateway's address, as in `https://nexus.example.com`. */
  readonly origin: string;
  /** Topolo Auth's address. */
  readonly authUrl: string;
  /** A model of Anthropic's, where one can be used, and else any, as `vendor/model`. */
  readonly anthropicModel: string;
  /** A model that generates text, as `vendor/model`. */
  readonly model: string;
  /** The key itself, where it has just been made; otherwise examples read it from the environment. */
  readonly apiKey?: string | undefined;
}

/** The environment variable from which examples read the key. */
export const keyVariable = "NEXUS_API_KEY";

/** A file or a command to be copied. */
export interface Example {
  /** The language, or the file in which it belongs. */
  readonly name: string;
  readonly language: "sh" | "ts" | "tsx" | "python" | "json" | "text";
  readonly code: string;
}

/** A way to call the gateway. */
export interface ConnectWay {
  readonly id: string;
  readonly name: string;
  /** What it is for, or what to know first, in a sentence or two. */
  readonly about: string;
  readonly examples: readonly Example[];
  /** The tool's own documentation of the settings that the example uses. */
  readonly documentedAt?: string;
}

export interface ConnectGroup {
  readonly label: string;
  readonly ways: readonly ConnectWay[];
}

type KeyPlace = "sh" | "ts" | "python";

const fromEnvironment: Readonly<Record<KeyPlace, string>> = {
  sh: `$${keyVariable}`,
  ts: `process.env.${keyVariable}`,
  python: `os.environ["${keyVariable}"]`,
};

/** The key as a language writes it: read from the environment, or the key itself. Keys are of letters, digits and `_`. */
export const keyIn = (place: KeyPlace, { apiKey }: Pick<ConnectFacts, "apiKey">): string => {
  if (apiKey === undefined) return fromEnvironment[place];
  return place === "sh" ? apiKey : JSON.stringify(apiKey);
};

/** The same for our own client, whose key is always a text. */
export const keyForClient = (connection: Pick<ConnectFacts, "apiKey">): string =>
  connection.apiKey === undefined ? `${keyIn("ts", connection)} ?? ""` : keyIn("ts", connection);

/** What examples of Python begin with, where they read the environment. */
export const importOs = ({ apiKey }: Pick<ConnectFacts, "apiKey">): string =>
  apiKey === undefined ? "import os\n" : "";
