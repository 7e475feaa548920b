/** Whether a Grok model thinks before it answers: all do but those that say they do not, and the older large ones. */
export const thinksAlways = (model: string): boolean =>
  !/non-reasoning/.test(model) && !/^grok-(2|3(?!-mini)|beta)/.test(model);
