export function LogsView() {
  return <p>…</p>;
}
