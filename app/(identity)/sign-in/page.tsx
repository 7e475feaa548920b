import type { Metadata } from "next";
import { errorCode, queryReturnTo, queryText, type PageProps } from "../_flow/page-query.ts";
import { SignInPanel } from "./sign-in.tsx";

export const metadata: Metadata = { title: "Sign in" };

const SignInPage = async (props: PageProps) => (
  <SignInPanel
    to={await queryReturnTo(props)}
    error={await queryText(props, "error", errorCode)}
    anew={(await queryText(props, "prompt", /^login$/)) !== undefined}
    chooses={(await queryText(props, "prompt", /^select_account$/)) !== undefined}
  />
);

export default SignInPage;
