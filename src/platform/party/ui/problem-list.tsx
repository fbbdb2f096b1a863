/** Everything that is wrong with a form, told at once. */
export function ProblemList({ problems }: { problems: readonly string[] }) {
  if (!problems.length) return null;
  return (
    <div className="note danger" role="alert">
      <p style={{ margin: 0 }}>还有 {problems.length} 处需要修改，内容没有提交：</p>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}
