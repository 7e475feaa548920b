import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../_flow/page-query.ts";
import { OrganizationSignIn } from "./organization-sign-in.tsx";

export const metadata: Metadata = { title: "Sign in with your organization" };

const OrganizationSignInPage = async (props: PageProps) => <OrganizationSignIn to={await queryReturnTo(props)} />;

export default OrganizationSignInPage;
