/** A voice, or a model that writes down. */
export interface DeepgramModel {
  readonly id: string;
  readonly serves: "speak" | "listen";
  /** What it speaks, or hears; undefined for all that are listed. */
  readonly languages: readonly string[];
}

// https://developers.deepgram.com/docs/tts-models
const voices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aura: {
    en: "angus arcas asteria athena helios hera luna orion orpheus perseus stella zeus",
  },
  "aura-2": {
    en: `amalthea andromeda apollo arcas aries asteria athena atlas aurora callista cora cordelia delia draco electra harmonia
      helena hera hermes hyperion iris janus juno jupiter luna mars minerva neptune odysseus ophelia orion orpheus pandora phoebe
      pluto saturn selene thalia theia vesta zeus`,
    es: `agustina alvaro antonia aquila carina celeste diana estrella gloria javier luciano nestor olivia selena silvia sirio
      valerio`,
    de: "aurelia elara fabian julius kara lara viktoria",
    nl: "beatrix cornelia daphne hestia lars leda rhea roman sander",
    fr: "agathe hector",
    it: "cesare cinzia demetra dionisio elio flavio livia maia melia",
    ja: "ama ebisu fujin izanami uzume",
  },
};

// https://developers.deepgram.com/docs/models-languages-overview
const english = ["en", "en-US", "en-AU", "en-GB", "en-IN", "en-NZ"];
const many =
  `bg ca cs da de de-CH el es es-419 et fi fr fr-CA hi hu id it ja ko ko-KR lt lv ms nl nl-BE no pl pt pt-BR pt-PT ro ru
  sk sv sv-SE th tr uk vi zh zh-CN zh-Hans zh-TW zh-Hant multi`.split(/\s+/);

const listening = (id: string, languages: readonly string[]): DeepgramModel => ({ id, serves: "listen", languages });
const special = "meeting phonecall finance conversationalai voicemail video medical drivethru automotive".split(" ");

/** All that https://api.deepgram.com/v1 takes, as far as it is played here. */
export const deepgramModelList: readonly DeepgramModel[] = [
  ...["nova-3", "nova-3-general", "nova-2", "nova-2-general"].map((id) => listening(id, [...english, ...many])),
  ...["nova-3-medical", ...special.map((kind) => `nova-2-${kind}`)].map((id) => listening(id, english)),
  ...Object.entries(voices).flatMap(([family, byLanguage]) =>
    Object.entries(byLanguage).flatMap(([language, names]) =>
      names.split(/\s+/).map((name): DeepgramModel => ({
        id: `${family}-${name}-${language}`,
        serves: "speak",
        languages: [language],
      })),
    ),
  ),
];
