import type { Metadata } from "next";
import { queryText, type PageProps } from "../_flow/page-query.ts";
import { Consent } from "./consent.tsx";

export const metadata: Metadata = { title: "Allow access" };

const ConsentPage = async (props: PageProps) => (
  <Consent uid={await queryText(props, "interaction", /^[\w-]{1,100}$/)} />
);

export default ConsentPage;
