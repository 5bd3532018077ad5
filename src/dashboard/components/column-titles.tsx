/** The head of a plain table: a title for each column. */
export function ColumnTitles({ titles }: { titles: readonly string[] }) {
  return (
    <thead className="text-xs text-kumo-subtle">
      <tr>
        {titles.map((title) => (
          <th key={title} scope="col" className="px-4 py-2 font-medium">
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
