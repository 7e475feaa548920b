import { createCssVariablesTheme, type ShikiTransformer } from "shiki";

/** Names colours instead of choosing them. */
export const codeTheme = createCssVariablesTheme({ name: "by-name", variablePrefix: "--code-" });

const named = /color:\s*var\(--code-(?:token-)?([a-z-]+)\)/;

/** The content security policy lets no style attribute in: a token's colour becomes its class. */
export const highlightByClasses: ShikiTransformer = {
  name: "highlight-by-classes",
  pre: (node) => {
    delete node.properties.style;
  },
  span: (node) => {
    const { style } = node.properties;
    const [, name] = named.exec(typeof style === "string" ? style : "") ?? [];
    delete node.properties.style;
    if (name !== undefined && name !== "foreground") node.properties.class = `code-${name}`;
  },
};
