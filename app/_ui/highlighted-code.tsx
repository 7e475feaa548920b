"use client";

import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { createLowlight } from "lowlight";
import { Fragment, type ReactNode } from "react";

const lowlight = createLowlight({ bash, json, python, typescript });

export type CodeLanguage = "bash" | "json" | "python" | "typescript";

type CodePart = ReturnType<typeof lowlight.highlight>["children"][number];

/** Elements with classes: the content security policy refuses inline styles. */
const shown = (node: CodePart, at: number): ReactNode => {
  if (node.type === "text") return <Fragment key={at}>{node.value}</Fragment>;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  return (
    <span key={at} className={Array.isArray(className) ? className.join(" ") : undefined}>
      {node.children.map(shown)}
    </span>
  );
};

/** Code with its parts told apart by colour. */
export const HighlightedCode = ({ code, language }: { readonly code: string; readonly language: CodeLanguage }) => (
  <code>{lowlight.highlight(language, code).children.map(shown)}</code>
);
