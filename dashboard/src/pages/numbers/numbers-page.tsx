import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";

export function NumbersPage() {
  const { data, error } = useQuery({
    queryKey: ["phone-numbers"],
    queryFn: () => dataOf(api.GET("/api/phone-numbers", {})),
  });
  return (
    <div className="page">
      <PageHeader title="Numbers" />
      <ProblemAlert error={error} />
      {data?.phoneNumbers.length}
    </div>
  );
}
