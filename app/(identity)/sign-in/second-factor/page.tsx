import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../../_flow/page-query.ts";
import { SecondFactorPanel } from "./second-factor.tsx";

export const metadata: Metadata = { title: "Second factor" };

const SecondFactorPage = async (props: PageProps) => <SecondFactorPanel to={await queryReturnTo(props)} />;

export default SecondFactorPage;
