/** What does not exist, or not for this reader: the two look alike. */
export default function NotFound() {
  return (
    <main id="main" className="page" tabIndex={-1}>
      <h1>没有找到这个开标大厅</h1>
      <p>网址可能有误，或者您当前的身份没有参加该标段的开标。请核对页面顶部显示的单位和角色，或从工作台重新进入。</p>
      <p>
        <a className="btn" href="/">
          回到首页
        </a>
      </p>
    </main>
  );
}
