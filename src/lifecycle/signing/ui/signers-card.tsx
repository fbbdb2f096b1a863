import { AuthoriseForm, RevokeAuthorisation } from "./authorisations";

interface Choice {
  readonly id: string;
  readonly name: string;
}

/** Who may sign notices and publicities of the organisation (O10 art. 10), and the chief person's authorisations. */
export function SignersCard({
  chief,
  isChief,
  people,
  tenders,
  authorisations,
}: {
  chief: string;
  isChief: boolean;
  people: readonly Choice[];
  tenders: readonly Choice[];
  authorisations: readonly {
    readonly id: string;
    readonly lead: string;
    readonly scope: string;
    readonly until: string;
    readonly signed: string;
    readonly ended?: string | undefined;
  }[];
}) {
  return (
    <section className="card" aria-labelledby="signers-title">
      <h2 id="signers-title">公告、公示的签署人</h2>
      <p>
        主要负责人：<strong>{chief}</strong>（以单位注册信息为准）。
      </p>
      <p className="small muted">
        公告、公示须由主要负责人或其授权的项目负责人签名，并加盖单位印章（《招标公告和公示信息发布管理办法》第十条）。
        {!isChief && `授权由${chief}本人登录后在本页签署。`}
      </p>
      {authorisations.length > 0 && (
        <div className="scroll-x">
          <table className="plain stacks">
            <caption className="visually-hidden">项目负责人授权</caption>
            <thead>
              <tr>
                <th scope="col">状态</th>
                <th scope="col">被授权人</th>
                <th scope="col">范围</th>
                <th scope="col">截止日</th>
                <th scope="col">授权人</th>
                {isChief && <th scope="col">操作</th>}
              </tr>
            </thead>
            <tbody>
              {authorisations.map(({ id, lead, scope, until, signed, ended }) => (
                <tr key={id}>
                  <td data-label="状态">{ended ?? "有效"}</td>
                  <th scope="row" data-label="被授权人">
                    {lead}
                  </th>
                  <td data-label="范围">{scope}</td>
                  <td data-label="截止日">{until}</td>
                  <td data-label="授权人">{signed}</td>
                  {isChief && (
                    <td data-label="操作">{ended ? "—" : <RevokeAuthorisation authorisationId={id} lead={lead} />}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isChief && people.length > 0 && (
        <>
          <h3>签署新的授权</h3>
          <AuthoriseForm people={people} tenders={tenders} />
        </>
      )}
    </section>
  );
}
