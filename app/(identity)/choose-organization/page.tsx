import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../_flow/page-query.ts";
import { ChooseOrganization } from "./choose-organization.tsx";

export const metadata: Metadata = { title: "Choose an organization" };

const ChooseOrganizationPage = async (props: PageProps) => <ChooseOrganization to={await queryReturnTo(props)} />;

export default ChooseOrganizationPage;
