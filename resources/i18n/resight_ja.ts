<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
 <context>
  <name>resight</name>
  <message>
   <source>&amp;Appearance</source>
   <extracomment>app.actions</extracomment>
   <translation>外観(&amp;A)</translation>
  </message>
  <message>
   <source>Like the &amp;system</source>
   <extracomment>app.actions</extracomment>
   <translation>システムに合わせる(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Light</source>
   <extracomment>app.actions</extracomment>
   <translation>ライト(&amp;L)</translation>
  </message>
  <message>
   <source>&amp;Dark</source>
   <extracomment>app.actions</extracomment>
   <translation>ダーク(&amp;D)</translation>
  </message>
  <message>
   <source>Everywhere</source>
   <extracomment>app.actions</extracomment>
   <translation>どこでも</translation>
  </message>
  <message>
   <source>In the results</source>
   <extracomment>app.actions</extracomment>
   <translation>検索結果で</translation>
  </message>
  <message>
   <source>In the query picture</source>
   <extracomment>app.actions</extracomment>
   <translation>検索する画像で</translation>
  </message>
  <message>
   <source>In the preview and the large view</source>
   <extracomment>app.actions</extracomment>
   <translation>プレビューと拡大表示で</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <extracomment>app.actions</extracomment>
   <translation>ファイル(&amp;F)</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <extracomment>app.actions</extracomment>
   <translation>編集(&amp;E)</translation>
  </message>
  <message>
   <source>&amp;Photo</source>
   <extracomment>app.actions</extracomment>
   <translation>写真(&amp;P)</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <extracomment>app.actions</extracomment>
   <translation>表示(&amp;V)</translation>
  </message>
  <message>
   <source>&amp;Library</source>
   <extracomment>app.actions</extracomment>
   <translation>ライブラリ(&amp;L)</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <extracomment>app.actions</extracomment>
   <translation>ヘルプ(&amp;H)</translation>
  </message>
  <message>
   <source>&amp;Open picture…</source>
   <extracomment>app.actions</extracomment>
   <translation>画像を開く(&amp;O)…</translation>
  </message>
  <message>
   <source>Take from the &amp;screen…</source>
   <extracomment>app.actions</extracomment>
   <translation>画面から取り込む(&amp;S)…</translation>
  </message>
  <message>
   <source>Search with a part of what is on the screen</source>
   <extracomment>app.actions</extracomment>
   <translation>画面に出ているものの一部で検索します</translation>
  </message>
  <message>
   <source>&amp;Add folder…</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーを追加(&amp;A)…</translation>
  </message>
  <message>
   <source>&amp;Update folders</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーを更新(&amp;U)</translation>
  </message>
  <message>
   <source>&amp;Watch folders for changes</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーの変更を監視(&amp;W)</translation>
  </message>
  <message>
   <source>&amp;Leave out…</source>
   <extracomment>app.actions</extracomment>
   <translation>除外するもの(&amp;L)…</translation>
  </message>
  <message>
   <source>&amp;Problems…</source>
   <extracomment>app.actions</extracomment>
   <translation>問題の一覧(&amp;P)…</translation>
  </message>
  <message>
   <source>Save as a &amp;collection…</source>
   <extracomment>app.actions</extracomment>
   <translation>コレクションとして保存(&amp;C)…</translation>
  </message>
  <message>
   <source>Keep this search under a name</source>
   <extracomment>app.actions</extracomment>
   <translation>この検索に名前を付けて残します</translation>
  </message>
  <message>
   <source>&amp;Export hits…</source>
   <extracomment>app.actions</extracomment>
   <translation>検索結果を書き出す(&amp;E)…</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <extracomment>app.actions</extracomment>
   <translation>終了(&amp;Q)</translation>
  </message>
  <message>
   <source>&amp;Undo</source>
   <extracomment>app.actions</extracomment>
   <translation>元に戻す(&amp;U)</translation>
  </message>
  <message>
   <source>&amp;Back</source>
   <extracomment>app.actions</extracomment>
   <translation>戻る(&amp;B)</translation>
  </message>
  <message>
   <source>To the search before</source>
   <extracomment>app.actions</extracomment>
   <translation>前の検索へ戻ります</translation>
  </message>
  <message>
   <source>For&amp;ward</source>
   <extracomment>app.actions</extracomment>
   <translation>進む(&amp;W)</translation>
  </message>
  <message>
   <source>To the search after this one</source>
   <extracomment>app.actions</extracomment>
   <translation>次の検索へ進みます</translation>
  </message>
  <message>
   <source>&amp;Recent pictures…</source>
   <extracomment>app.actions</extracomment>
   <translation>最近の画像(&amp;R)…</translation>
  </message>
  <message>
   <source>Search again with one of the last pictures</source>
   <extracomment>app.actions</extracomment>
   <translation>最近使った画像でもう一度検索します</translation>
  </message>
  <message>
   <source>For&amp;get recent pictures</source>
   <extracomment>app.actions</extracomment>
   <translation>最近の画像を忘れる(&amp;G)</translation>
  </message>
  <message>
   <source>&amp;Paste picture</source>
   <extracomment>app.actions</extracomment>
   <translation>画像を貼り付け(&amp;P)</translation>
  </message>
  <message>
   <source>Search with the &amp;whole picture</source>
   <extracomment>app.actions</extracomment>
   <translation>画像全体で検索(&amp;W)</translation>
  </message>
  <message>
   <source>&amp;Look further</source>
   <extracomment>app.actions</extracomment>
   <translation>さらに広く探す(&amp;L)</translation>
  </message>
  <message>
   <source>Let the first hits help to find more of the same</source>
   <extracomment>app.actions</extracomment>
   <translation>上位の結果を手がかりに、同じものをさらに探します</translation>
  </message>
  <message>
   <source>Also &amp;turned and mirrored</source>
   <extracomment>app.actions</extracomment>
   <translation>回転・反転したものも(&amp;T)</translation>
  </message>
  <message>
   <source>Also find what is mirrored, or turned by 90, 180 or 270 degrees</source>
   <extracomment>app.actions</extracomment>
   <translation>左右反転したものや、90度・180度・270度回転したものも探します</translation>
  </message>
  <message>
   <source>Se&amp;ttings…</source>
   <extracomment>app.actions</extracomment>
   <translation>設定(&amp;T)…</translation>
  </message>
  <message>
   <source>Find &amp;similar to this</source>
   <extracomment>app.actions</extracomment>
   <translation>これに似た写真を探す(&amp;S)</translation>
  </message>
  <message>
   <source>Search for a p&amp;art of this…</source>
   <extracomment>app.actions</extracomment>
   <translation>この写真の一部で検索(&amp;A)…</translation>
  </message>
  <message>
   <source>Shows the sa&amp;me</source>
   <extracomment>app.actions</extracomment>
   <translation>同じものが写っている(&amp;M)</translation>
  </message>
  <message>
   <source>Resight remembers it, and finds more like it</source>
   <extracomment>app.actions</extracomment>
   <translation>Resight が覚えて、似たものをもっと探します</translation>
  </message>
  <message>
   <source>Shows something &amp;else</source>
   <extracomment>app.actions</extracomment>
   <translation>別のものが写っている(&amp;E)</translation>
  </message>
  <message>
   <source>It is left out here from now on</source>
   <extracomment>app.actions</extracomment>
   <translation>今後この検索では表示しません</translation>
  </message>
  <message>
   <source>Take the mark &amp;back</source>
   <extracomment>app.actions</extracomment>
   <translation>印を取り消す(&amp;B)</translation>
  </message>
  <message>
   <source>&amp;Open in the viewer</source>
   <extracomment>app.actions</extracomment>
   <translation>ビューアーで開く(&amp;O)</translation>
  </message>
  <message>
   <source>Open &amp;with…</source>
   <extracomment>app.actions</extracomment>
   <translation>プログラムを選んで開く(&amp;W)…</translation>
  </message>
  <message>
   <source>Show in &amp;folder</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーで表示(&amp;F)</translation>
  </message>
  <message>
   <source>&amp;Copy</source>
   <extracomment>app.actions</extracomment>
   <translation>コピー(&amp;C)</translation>
  </message>
  <message>
   <source>Copy p&amp;icture</source>
   <extracomment>app.actions</extracomment>
   <translation>画像をコピー(&amp;I)</translation>
  </message>
  <message>
   <source>Copy &amp;path</source>
   <extracomment>app.actions</extracomment>
   <translation>パスをコピー(&amp;P)</translation>
  </message>
  <message>
   <source>Copy to a fol&amp;der…</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーへコピー(&amp;D)…</translation>
  </message>
  <message>
   <source>&amp;Move to a folder…</source>
   <extracomment>app.actions</extracomment>
   <translation>フォルダーへ移動(&amp;M)…</translation>
  </message>
  <message>
   <source>Move to the &amp;trash…</source>
   <extracomment>app.actions</extracomment>
   <translation>ゴミ箱へ移動(&amp;T)…</translation>
  </message>
  <message>
   <source>Why &amp;not found…</source>
   <extracomment>app.actions</extracomment>
   <translation>見つからない理由(&amp;N)…</translation>
  </message>
  <message>
   <source>&amp;Preview panel</source>
   <extracomment>app.actions</extracomment>
   <translation>プレビューパネル(&amp;P)</translation>
  </message>
  <message>
   <source>Look &amp;closer</source>
   <extracomment>app.actions</extracomment>
   <translation>詳しく見る(&amp;C)</translation>
  </message>
  <message>
   <source>&amp;Slideshow</source>
   <extracomment>app.actions</extracomment>
   <translation>スライドショー(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Full screen</source>
   <extracomment>app.actions</extracomment>
   <translation>全画面表示(&amp;F)</translation>
  </message>
  <message>
   <source>&amp;Frames</source>
   <extracomment>app.actions</extracomment>
   <translation>枠(&amp;F)</translation>
  </message>
  <message>
   <source>Frame what was found</source>
   <extracomment>app.actions</extracomment>
   <translation>見つかったものを枠で囲みます</translation>
  </message>
  <message>
   <source>&amp;Heat map</source>
   <extracomment>app.actions</extracomment>
   <translation>ヒートマップ(&amp;H)</translation>
  </message>
  <message>
   <source>Show how much each place of a photo is like what is searched for</source>
   <extracomment>app.actions</extracomment>
   <translation>写真の各部分が検索対象にどれだけ似ているかを表示します</translation>
  </message>
  <message>
   <source>&amp;Larger thumbnails</source>
   <extracomment>app.actions</extracomment>
   <translation>サムネイルを大きく(&amp;L)</translation>
  </message>
  <message>
   <source>&amp;Smaller thumbnails</source>
   <extracomment>app.actions</extracomment>
   <translation>サムネイルを小さく(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Normal thumbnails</source>
   <extracomment>app.actions</extracomment>
   <translation>標準のサムネイル(&amp;N)</translation>
  </message>
  <message>
   <source>&amp;Back up library…</source>
   <extracomment>app.actions</extracomment>
   <translation>ライブラリをバックアップ(&amp;B)…</translation>
  </message>
  <message>
   <source>&amp;Restore…</source>
   <extracomment>app.actions</extracomment>
   <translation>復元(&amp;R)…</translation>
  </message>
  <message>
   <source>&amp;Teach Resight…</source>
   <extracomment>app.actions</extracomment>
   <translation>Resight に教える(&amp;T)…</translation>
  </message>
  <message>
   <source>Find &amp;duplicates…</source>
   <extracomment>app.actions</extracomment>
   <translation>重複を探す(&amp;D)…</translation>
  </message>
  <message>
   <source>Sample &amp;photos</source>
   <extracomment>app.actions</extracomment>
   <translation>見本の写真(&amp;P)</translation>
  </message>
  <message>
   <source>Photos that come with Resight, to try it with</source>
   <extracomment>app.actions</extracomment>
   <translation>Resight に付いている、試すための写真</translation>
  </message>
  <message>
   <source>&amp;Move library…</source>
   <extracomment>app.actions</extracomment>
   <translation>ライブラリを移動(&amp;M)…</translation>
  </message>
  <message>
   <source>&amp;Check and repair…</source>
   <extracomment>app.actions</extracomment>
   <translation>点検と修復(&amp;C)…</translation>
  </message>
  <message>
   <source>&amp;Index gently</source>
   <extracomment>app.actions</extracomment>
   <translation>控えめに索引を作る(&amp;I)</translation>
  </message>
  <message>
   <source>Leave the computer to other programs: index on one core, with low priority, not on battery, and while nobody uses it</source>
   <extracomment>app.actions</extracomment>
   <translation>ほかのプログラムを優先します。1 コアだけを低い優先度で使い、バッテリー駆動中や、だれかが使っている間は休みます</translation>
  </message>
  <message>
   <source>&amp;Keyboard shortcuts</source>
   <extracomment>app.actions</extracomment>
   <translation>キーボードショートカット(&amp;K)</translation>
  </message>
  <message>
   <source>Show &amp;log</source>
   <extracomment>app.actions</extracomment>
   <translation>ログを表示(&amp;L)</translation>
  </message>
  <message>
   <source>&amp;About Resight</source>
   <extracomment>app.actions</extracomment>
   <translation>Resight について(&amp;A)</translation>
  </message>
  <message>
   <source>Show all shots of a stack, or only the first</source>
   <extracomment>app.actions</extracomment>
   <translation>まとめた写真をすべて表示、または先頭だけ表示</translation>
  </message>
  <message>
   <source>Preview beside the results</source>
   <extracomment>app.actions</extracomment>
   <translation>結果の横にプレビュー</translation>
  </message>
  <message>
   <source>Move between photos</source>
   <extracomment>app.actions</extracomment>
   <translation>写真の間を移動</translation>
  </message>
  <message>
   <source>Draw a box in the middle</source>
   <extracomment>app.actions</extracomment>
   <translation>中央に枠を描く</translation>
  </message>
  <message>
   <source>Move the box; with Shift by 10 pixels</source>
   <extracomment>app.actions</extracomment>
   <translation>枠を動かす(Shift で 10 ピクセルずつ)</translation>
  </message>
  <message>
   <source>Resize the box</source>
   <extracomment>app.actions</extracomment>
   <translation>枠の大きさを変える</translation>
  </message>
  <message>
   <source>Next photo</source>
   <extracomment>app.actions</extracomment>
   <translation>次の写真</translation>
  </message>
  <message>
   <source>Previous photo</source>
   <extracomment>app.actions</extracomment>
   <translation>前の写真</translation>
  </message>
  <message>
   <source>Larger</source>
   <extracomment>app.actions</extracomment>
   <translation>拡大</translation>
  </message>
  <message>
   <source>Smaller</source>
   <extracomment>app.actions</extracomment>
   <translation>縮小</translation>
  </message>
  <message>
   <source>All of it</source>
   <extracomment>app.actions</extracomment>
   <translation>全体を表示</translation>
  </message>
  <message>
   <source>One pixel of the screen for one of the photo</source>
   <extracomment>app.actions</extracomment>
   <translation>写真の 1 ピクセルを画面の 1 ピクセルで表示</translation>
  </message>
  <message>
   <source>Look at another part</source>
   <extracomment>app.actions</extracomment>
   <translation>別の部分を見る</translation>
  </message>
  <message>
   <source>Show where the match is</source>
   <extracomment>app.actions</extracomment>
   <translation>一致した場所を示す</translation>
  </message>
  <message>
   <source>Compare with the query side by side</source>
   <extracomment>app.actions</extracomment>
   <translation>検索する画像と並べて比べる</translation>
  </message>
  <message>
   <source>Flicker between photo and query</source>
   <extracomment>app.actions</extracomment>
   <translation>写真と検索する画像を交互に表示</translation>
  </message>
  <message>
   <source>Show the other one; hold the slideshow</source>
   <extracomment>app.actions</extracomment>
   <translation>もう一方を表示、スライドショーを一時停止</translation>
  </message>
  <message>
   <source>Add another part; also Shift and drag</source>
   <extracomment>app.actions</extracomment>
   <translation>別の部分を追加（Shift + ドラッグでも可）</translation>
  </message>
  <message>
   <source>Search without this part, or with it</source>
   <extracomment>app.actions</extracomment>
   <translation>この部分を除いて検索、または含めて検索</translation>
  </message>
  <message>
   <source>Remove this part</source>
   <extracomment>app.actions</extracomment>
   <translation>この部分を削除</translation>
  </message>
  <message>
   <source>Have this part count more</source>
   <extracomment>app.actions</extracomment>
   <translation>この部分の重みを増やす</translation>
  </message>
  <message>
   <source>Have this part count less</source>
   <extracomment>app.actions</extracomment>
   <translation>この部分の重みを減らす</translation>
  </message>
  <message>
   <source>Choose a part in the list</source>
   <extracomment>app.actions</extracomment>
   <translation>一覧から部分を選ぶ</translation>
  </message>
  <message>
   <source>Close the large view, the preview</source>
   <extracomment>app.actions</extracomment>
   <translation>拡大表示・プレビューを閉じる</translation>
  </message>
  <message>
   <source>Add folder</source>
   <extracomment>app.adding_folders</extracomment>
   <translation>フォルダーを追加</translation>
  </message>
  <message>
   <source>Add a folder of photos</source>
   <extracomment>app.adding_folders</extracomment>
   <translation>写真のフォルダーを追加</translation>
  </message>
  <message>
   <source>Report of an error</source>
   <extracomment>app.care_texts</extracomment>
   <translation>エラーの報告</translation>
  </message>
  <message>
   <source>This report lies on this computer only; Resight sends nothing. It may hold names of your photos. If you want to pass it on, copy it.
{path}</source>
   <extracomment>app.care_texts</extracomment>
   <translation>この報告はこのコンピューターの中だけにあります。Resight は何も送信しません。写真の名前が含まれることがあります。誰かに渡したい場合は、コピーしてください。
{path}</translation>
  </message>
  <message>
   <source>&amp;Copy report</source>
   <extracomment>app.care_texts</extracomment>
   <translation>報告をコピー(&amp;C)</translation>
  </message>
  <message>
   <source>Show report</source>
   <extracomment>app.care_texts</extracomment>
   <translation>報告を表示</translation>
  </message>
  <message>
   <source>The report is no longer there.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>報告はもうありません。</translation>
  </message>
  <message>
   <source>Resight ended in an error the last time. What is known of it is in a report, on this computer only.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>前回、Resight はエラーで終了しました。わかっていることは、このコンピューターの中の報告にあります。</translation>
  </message>
  <message>
   <source>About Resight</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Resight について</translation>
  </message>
  <message>
   <source>Find photos by picture: drop one in, or draw a box round one thing in it, and see where you have it.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>画像で写真を探します。画像をドロップするか、その中の一つのものを枠で囲むと、どこにあるかがわかります。</translation>
  </message>
  <message>
   <source>Apache License 2.0. Made with Qt (LGPL), PyTorch, OpenVINO, hnswlib and Pillow.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Apache License 2.0。Qt (LGPL)、PyTorch、OpenVINO、hnswlib、Pillow を使っています。</translation>
  </message>
  <message>
   <source>Settings</source>
   <extracomment>app.care_texts</extracomment>
   <translation>設定</translation>
  </message>
  <message>
   <source>Groups of settings</source>
   <extracomment>app.care_texts</extracomment>
   <translation>設定の分類</translation>
  </message>
  <message>
   <source>Appearance</source>
   <extracomment>app.care_texts</extracomment>
   <translation>外観</translation>
  </message>
  <message>
   <source>Language</source>
   <extracomment>app.care_texts</extracomment>
   <translation>言語</translation>
  </message>
  <message>
   <source>Like the system</source>
   <extracomment>app.care_texts</extracomment>
   <translation>システムに合わせる</translation>
  </message>
  <message>
   <source>Colours</source>
   <extracomment>app.care_texts</extracomment>
   <translation>配色</translation>
  </message>
  <message>
   <source>Light</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ライト</translation>
  </message>
  <message>
   <source>Dark</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ダーク</translation>
  </message>
  <message>
   <source>Contrast</source>
   <extracomment>app.care_texts</extracomment>
   <translation>コントラスト</translation>
  </message>
  <message>
   <source>High</source>
   <extracomment>app.care_texts</extracomment>
   <translation>高い</translation>
  </message>
  <message>
   <source>Normal</source>
   <extracomment>app.care_texts</extracomment>
   <translation>標準</translation>
  </message>
  <message>
   <source>High contrast has black or white text and a line round everything.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>高いコントラストでは、文字は黒か白になり、すべてに枠線が付きます。</translation>
  </message>
  <message>
   <source>Movement</source>
   <extracomment>app.care_texts</extracomment>
   <translation>動き</translation>
  </message>
  <message>
   <source>As little as possible</source>
   <extracomment>app.care_texts</extracomment>
   <translation>できるだけ少なく</translation>
  </message>
  <message>
   <source>With as little as possible, zooming is at once, and flickering between two pictures is by hand.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>できるだけ少なくすると、拡大・縮小はすぐに行われ、2 枚の交互表示は手動になります。</translation>
  </message>
  <message>
   <source>Library</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ライブラリ</translation>
  </message>
  <message>
   <source>Place</source>
   <extracomment>app.care_texts</extracomment>
   <translation>場所</translation>
  </message>
  <message>
   <source>What Resight knows about your photos lies here. The photos stay where they are.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>写真について Resight が知っていることはここにあります。写真そのものは今の場所のままです。</translation>
  </message>
  <message>
   <source>&amp;Move…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>移動(&amp;M)…</translation>
  </message>
  <message>
   <source>&amp;Back up…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>バックアップ(&amp;B)…</translation>
  </message>
  <message>
   <source>&amp;Check…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>点検(&amp;C)…</translation>
  </message>
  <message>
   <source>Folders</source>
   <extracomment>app.care_texts</extracomment>
   <translation>フォルダー</translation>
  </message>
  <message>
   <source>Indexing</source>
   <extracomment>app.care_texts</extracomment>
   <translation>索引の作成</translation>
  </message>
  <message>
   <source>Computed on</source>
   <extracomment>app.care_texts</extracomment>
   <translation>計算に使うもの</translation>
  </message>
  <message>
   <source>The fastest there is</source>
   <extracomment>app.care_texts</extracomment>
   <translation>最も速いもの</translation>
  </message>
  <message>
   <source>Processor</source>
   <extracomment>app.care_texts</extracomment>
   <translation>プロセッサー</translation>
  </message>
  <message>
   <source>Graphics card (NVIDIA)</source>
   <extracomment>app.care_texts</extracomment>
   <translation>グラフィックスカード (NVIDIA)</translation>
  </message>
  <message>
   <source>Holds from the next start on. Now: {device}.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>次回の起動から有効です。現在: {device}。</translation>
  </message>
  <message>
   <source>Named when Resight was started: {device}.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Resight の起動時に指定されています: {device}。</translation>
  </message>
  <message>
   <source>not known yet</source>
   <extracomment>app.care_texts</extracomment>
   <translation>まだわかりません</translation>
  </message>
  <message>
   <source>Quality</source>
   <extracomment>app.care_texts</extracomment>
   <translation>品質</translation>
  </message>
  <message>
   <source>Find parts of photos, too</source>
   <extracomment>app.care_texts</extracomment>
   <translation>写真の一部も探せる</translation>
  </message>
  <message>
   <source>Quicker: whole photos only</source>
   <extracomment>app.care_texts</extracomment>
   <translation>速さ優先: 写真全体だけ</translation>
  </message>
  <message>
   <source>Holds from the next start on, for photos that are indexed then. Whole photos take less time and room.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>次回の起動から、そのとき索引に加える写真に有効です。写真全体だけなら、時間も容量も少なくて済みます。</translation>
  </message>
  <message>
   <source>Load</source>
   <extracomment>app.care_texts</extracomment>
   <translation>負荷</translation>
  </message>
  <message>
   <source>Keys</source>
   <extracomment>app.care_texts</extracomment>
   <translation>キー</translation>
  </message>
  <message>
   <source>Choose a command and press Change, or double-click it.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>コマンドを選んで「変更」を押すか、ダブルクリックしてください。</translation>
  </message>
  <message>
   <source>C&amp;hange…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>変更(&amp;H)…</translation>
  </message>
  <message>
   <source>Re&amp;move</source>
   <extracomment>app.care_texts</extracomment>
   <translation>外す(&amp;M)</translation>
  </message>
  <message>
   <source>&amp;Reset</source>
   <extracomment>app.care_texts</extracomment>
   <translation>元に戻す(&amp;R)</translation>
  </message>
  <message>
   <source>Reset &amp;all</source>
   <extracomment>app.care_texts</extracomment>
   <translation>すべて元に戻す(&amp;A)</translation>
  </message>
  <message>
   <source>Press the new keys for “{command}”.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>「{command}」の新しいキーを押してください。</translation>
  </message>
  <message>
   <source>Esc leaves everything as it is.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Esc を押すと、何も変えずに閉じます。</translation>
  </message>
  <message>
   <source>{key} already means “{command}”. Give that another key first, or press another one here.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>{key} はすでに「{command}」に使われています。先にそちらのキーを変えるか、ここで別のキーを押してください。</translation>
  </message>
  <message>
   <source>{key} means the same everywhere and stays what it is. Press another one.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>{key} はどこでも同じ働きをするため、変えられません。別のキーを押してください。</translation>
  </message>
  <message>
   <source>{key} alone would be taken from text you type. Hold Ctrl or Alt with it.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>{key} だけでは文字の入力とぶつかります。Ctrl か Alt と一緒に押してください。</translation>
  </message>
  <message>
   <source>Updates and privacy</source>
   <extracomment>app.care_texts</extracomment>
   <translation>更新とプライバシー</translation>
  </message>
  <message>
   <source>Updates</source>
   <extracomment>app.care_texts</extracomment>
   <translation>更新</translation>
  </message>
  <message>
   <source>Resight does not look for updates, and there is nothing to switch on: it has no update check. You get a newer one where you got this one.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Resight は更新を確認しません。確認する機能そのものがないので、設定もありません。新しい版は、これを入手した所で手に入ります。</translation>
  </message>
  <message>
   <source>Network</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ネットワーク</translation>
  </message>
  <message>
   <source>Nothing leaves this computer: no statistics, no reports, no pictures.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>統計も、報告も、画像も、何もこのコンピューターの外に出ません。</translation>
  </message>
  <message>
   <source>Errors</source>
   <extracomment>app.care_texts</extracomment>
   <translation>エラー</translation>
  </message>
  <message>
   <source>If something goes wrong, a report is kept with the log. Nobody gets it unless you pass it on.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>何か問題が起きると、報告がログと一緒に残ります。あなたが渡さない限り、誰にも届きません。</translation>
  </message>
  <message>
   <source>Licences</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ライセンス</translation>
  </message>
  <message>
   <source>&amp;Licences…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>ライセンス(&amp;L)…</translation>
  </message>
  <message>
   <source>What Resight consists of, and what it uses. The full texts come with each library.</source>
   <extracomment>app.care_texts</extracomment>
   <translation>Resight を構成するものと、使っているもの。全文は各ライブラリに付属しています。</translation>
  </message>
  <message>
   <source>Installed with it</source>
   <extracomment>app.care_texts</extracomment>
   <translation>一緒にインストールされているもの</translation>
  </message>
  <message>
   <source>see its own files</source>
   <extracomment>app.care_texts</extracomment>
   <translation>付属のファイルを参照</translation>
  </message>
  <message>
   <source>Reading…</source>
   <extracomment>app.care_texts</extracomment>
   <translation>読み込み中…</translation>
  </message>
  <message>
   <source>{n} parts</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>部分 {n} 個</translation>
  </message>
  <message>
   <source>{n} filter</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>絞り込み {n} 個</translation>
  </message>
  <message>
   <source>{n} filters</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>絞り込み {n} 個</translation>
  </message>
  <message>
   <source>Collections</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクション</translation>
  </message>
  <message>
   <source>Save this search as a collection that keeps itself up to date</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>この検索を、自動で最新に保たれるコレクションとして保存します</translation>
  </message>
  <message>
   <source>Remove the selected collection</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>選んだコレクションを削除します</translation>
  </message>
  <message>
   <source>Enter opens a collection, F2 renames it, Delete removes it.</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>Enter キーで開き、F2 キーで名前を変え、Delete キーで削除します。</translation>
  </message>
  <message>
   <source>Save as a collection</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクションとして保存</translation>
  </message>
  <message>
   <source>Name of the collection. It searches again whenever you open it, so new photos come in by themselves.</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクションの名前。開くたびに検索し直すので、新しい写真も自動で加わります。</translation>
  </message>
  <message>
   <source>Save</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>保存</translation>
  </message>
  <message>
   <source>Rename the collection</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクションの名前を変更</translation>
  </message>
  <message>
   <source>New name of the collection</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクションの新しい名前</translation>
  </message>
  <message>
   <source>Rename</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>名前を変更</translation>
  </message>
  <message>
   <source>&amp;Open</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>開く(&amp;O)</translation>
  </message>
  <message>
   <source>Re&amp;name…</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>名前を変更(&amp;N)…</translation>
  </message>
  <message>
   <source>&amp;Remove…</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>削除(&amp;R)…</translation>
  </message>
  <message>
   <source>Replace the collection “{name}”?</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクション「{name}」を置き換えますか?</translation>
  </message>
  <message>
   <source>It will have the search that you see now instead of the one it had.</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>これまでの検索の代わりに、今表示している検索になります。</translation>
  </message>
  <message>
   <source>Replace</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>置き換える</translation>
  </message>
  <message>
   <source>Remove the collection “{name}”?</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクション「{name}」を削除しますか?</translation>
  </message>
  <message>
   <source>Only the saved search goes. Your photos stay where they are.</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>保存した検索だけがなくなります。写真はそのまま残ります。</translation>
  </message>
  <message>
   <source>Remove collection</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクションを削除</translation>
  </message>
  <message>
   <source>Saved as the collection “{name}”</source>
   <extracomment>app.collection_texts</extracomment>
   <translation>コレクション「{name}」として保存しました</translation>
  </message>
  <message>
   <source>{n} folders offline</source>
   <extracomment>app.completeness</extracomment>
   <translation>{n} 個のフォルダーがオフライン</translation>
  </message>
  <message>
   <source>disk “{drive}” offline</source>
   <extracomment>app.completeness</extracomment>
   <translation>ディスク「{drive}」がオフライン</translation>
  </message>
  <message>
   <source>“{name}” offline</source>
   <extracomment>app.completeness</extracomment>
   <translation>「{name}」がオフライン</translation>
  </message>
  <message>
   <source>{n} failed</source>
   <extracomment>app.completeness</extracomment>
   <translation>{n} 枚が失敗</translation>
  </message>
  <message>
   <source>What was searched</source>
   <extracomment>app.completeness</extracomment>
   <translation>検索した範囲</translation>
  </message>
  <message>
   <source>What was searched, and what was not</source>
   <extracomment>app.completeness</extracomment>
   <translation>検索したものと、しなかったもの</translation>
  </message>
  <message>
   <source>Show them</source>
   <extracomment>app.completeness</extracomment>
   <translation>表示</translation>
  </message>
  <message>
   <source>{photos} could be compared with your picture, in {ms}.</source>
   <extracomment>app.completeness</extracomment>
   <translation>{photos}を {ms}で画像と比べました。</translation>
  </message>
  <message>
   <source>{photos} wait to be indexed. As soon as they are, the search is repeated.</source>
   <extracomment>app.completeness</extracomment>
   <translation>{photos}が索引の作成を待っています。できしだい、検索をやり直します。</translation>
  </message>
  <message>
   <source>{photos} could not be read, so they cannot be found.</source>
   <extracomment>app.completeness</extracomment>
   <translation>{photos}は読めなかったため、探せません。</translation>
  </message>
  <message>
   <source>{photos} are not where they were. They can be found, but not opened.</source>
   <extracomment>app.completeness</extracomment>
   <translation>{photos}は元の場所にありません。探せますが、開けません。</translation>
  </message>
  <message>
   <source>{folder}{drive} is offline. Its {photos} can be found, but not opened.</source>
   <extracomment>app.completeness</extracomment>
   <translation>{folder}{drive} はオフラインです。その {photos}は探せますが、開けません。</translation>
  </message>
  <message>
   <source> on the disk “{drive}”</source>
   <extracomment>app.completeness</extracomment>
   <translation> (ディスク「{drive}」)</translation>
  </message>
  <message>
   <source>{photos} left out, as you have said that they show something else.</source>
   <extracomment>app.completeness</extracomment>
   <translation>別のものが写っていると教えられた {photos}を除いています。</translation>
  </message>
  <message>
   <source>Nothing is missing: every photo of the library was compared.</source>
   <extracomment>app.completeness</extracomment>
   <translation>漏れはありません。ライブラリのすべての写真と比べました。</translation>
  </message>
  <message>
   <source>That is only a web address. Paste or drop the picture itself; Resight downloads nothing.</source>
   <extracomment>app.drops</extracomment>
   <translation>それはウェブのアドレスだけです。画像そのものを貼り付けるかドロップしてください。Resight は何もダウンロードしません。</translation>
  </message>
  <message>
   <source>There is no picture in what was dropped or pasted.</source>
   <extracomment>app.drops</extracomment>
   <translation>ドロップまたは貼り付けたものに画像がありません。</translation>
  </message>
  <message>
   <source>That file is not on this computer. Copy it into a folder first, then drop it here.</source>
   <extracomment>app.drops</extracomment>
   <translation>そのファイルはこのコンピューターにありません。先にフォルダーへコピーしてから、ここにドロップしてください。</translation>
  </message>
  <message>
   <source>“{name}” cannot be reached from here. Open it with the Open… button instead.</source>
   <extracomment>app.drops</extracomment>
   <translation>「{name}」にここからは届きません。代わりに「開く…」ボタンで開いてください。</translation>
  </message>
  <message>
   <source>It lies in the protected folder.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>保護したフォルダーにあります。</translation>
  </message>
  <message>
   <source>It cannot be reached now.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>今は届きません。</translation>
  </message>
  <message>
   <source>One of each group always stays.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>各組の 1 枚は必ず残ります。</translation>
  </message>
  <message>
   <source>“{name}” has been changed since it was compared, and was left where it is.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>「{name}」は比べたあとに変更されたので、そのままにしました。</translation>
  </message>
  <message>
   <source>“{name}” was left where it is, as none of the photos like it that were to stay is there now.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>残すはずの似た写真が今は 1 枚もないため、「{name}」はそのままにしました。</translation>
  </message>
  <message>
   <source>“{name}” is the same file as “{other}”, only reached in another way, and was left where it is.</source>
   <extracomment>app.duplicate_marks</extracomment>
   <translation>「{name}」は「{other}」と同じファイルで、経路が違うだけなので、そのままにしました。</translation>
  </message>
  <message>
   <source>One photo of each group stays. </source>
   <extracomment>app.duplicates</extracomment>
   <translation>各組の 1 枚は残ります。</translation>
  </message>
  <message>
   <source>Another folder…</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>別のフォルダー…</translation>
  </message>
  <message>
   <source>Duplicates</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>重複</translation>
  </message>
  <message>
   <source>Where to look</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>探す場所</translation>
  </message>
  <message>
   <source>What to find</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>探すもの</translation>
  </message>
  <message>
   <source>Copies and nearly the same</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>コピーとほぼ同じもの</translation>
  </message>
  <message>
   <source>Only copies, the same byte for byte</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>完全に同じコピーだけ</translation>
  </message>
  <message>
   <source>Also less alike (80 %)</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>似方が弱いものも (80 %)</translation>
  </message>
  <message>
   <source>Folder whose photos are never put in the trash</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>写真を決してゴミ箱に入れないフォルダー</translation>
  </message>
  <message>
   <source>&amp;Find</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>探す(&amp;F)</translation>
  </message>
  <message>
   <source>Mark &amp;copies</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>コピーに印(&amp;C)</translation>
  </message>
  <message>
   <source>Mark all but the &amp;best</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>最良のもの以外に印(&amp;B)</translation>
  </message>
  <message>
   <source>&amp;Unmark all</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>印をすべて外す(&amp;U)</translation>
  </message>
  <message>
   <source>Find photos that you have more than once</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>重複している写真を探す</translation>
  </message>
  <message>
   <source>Copies are the same byte for byte. Nearly the same are shots of one series, and pictures saved anew or smaller.</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>コピーは中身が完全に同じものです。ほぼ同じものは、続けて撮った写真や、保存し直したり小さくしたりした画像です。</translation>
  </message>
  <message>
   <source>It begins when what Resight is doing now is done. Searches go on.</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>今の作業が終わると始まります。検索は続けられます。</translation>
  </message>
  <message>
   <source>Groups of duplicates</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>重複のグループ</translation>
  </message>
  <message>
   <source>Progress of comparing</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>比較の進み具合</translation>
  </message>
  <message>
   <source>All folders</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>すべてのフォルダー</translation>
  </message>
  <message>
   <source>None</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>なし</translation>
  </message>
  <message>
   <source>&amp;Look in</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>場所(&amp;L)</translation>
  </message>
  <message>
   <source>F&amp;or</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>対象(&amp;O)</translation>
  </message>
  <message>
   <source>&amp;Protect</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>保護(&amp;P)</translation>
  </message>
  <message>
   <source>Close</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>閉じる</translation>
  </message>
  <message>
   <source>&amp;Stop</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>中止(&amp;S)</translation>
  </message>
  <message>
   <source>No duplicates were found</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>重複は見つかりませんでした</translation>
  </message>
  <message>
   <source>&amp;Keep it</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>使う(&amp;K)</translation>
  </message>
  <message>
   <source>&amp;Mark it for the trash</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>ゴミ箱行きの印を付ける(&amp;M)</translation>
  </message>
  <message>
   <source>Move {n} to the &amp;trash…</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>{n} 枚をゴミ箱へ移動(&amp;T)…</translation>
  </message>
  <message>
   <source>{photos} were compared.</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>{photos}を比べました。</translation>
  </message>
  <message>
   <source>{groups} of {photos}</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>{photos}、{groups}</translation>
  </message>
  <message>
   <source>{size} marked</source>
   <extracomment>app.duplicates_dialog</extracomment>
   <translation>{size} に印</translation>
  </message>
  <message>
   <source>Photo</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>写真</translation>
  </message>
  <message>
   <source>Folder</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>フォルダー</translation>
  </message>
  <message>
   <source>Pixels</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>ピクセル</translation>
  </message>
  <message>
   <source>Size</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>大きさ</translation>
  </message>
  <message>
   <source>Date</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>日付</translation>
  </message>
  <message>
   <source>Format</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>形式</translation>
  </message>
  <message>
   <source>Sharpness</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>鮮明さ</translation>
  </message>
  <message>
   <source>Alike</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>一致度</translation>
  </message>
  <message>
   <source>{n} copies, the same byte for byte</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>{n} 枚、完全に同じコピー</translation>
  </message>
  <message>
   <source>{n} nearly the same</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>{n} 枚、ほぼ同じ</translation>
  </message>
  <message>
   <source>marked for the trash</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>ゴミ箱行きの印あり</translation>
  </message>
  <message>
   <source>stays</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>残す</translation>
  </message>
  <message>
   <source>{size} to spare</source>
   <extracomment>app.duplicates_model</extracomment>
   <translation>{size} を節約できます</translation>
  </message>
  <message>
   <source>Folders that are left out</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>除外するフォルダー</translation>
  </message>
  <message>
   <source>&amp;Remove</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>取り除く(&amp;R)</translation>
  </message>
  <message>
   <source>Names that are left out, one a line</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>除外する名前、1 行に 1 つ</translation>
  </message>
  <message>
   <source> pixels</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation> ピクセル</translation>
  </message>
  <message>
   <source>none</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>なし</translation>
  </message>
  <message>
   <source>&amp;Hidden files and folders</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>隠しファイルと隠しフォルダー(&amp;H)</translation>
  </message>
  <message>
   <source>&amp;Names, one a line</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>名前、1 行に 1 つ(&amp;N)</translation>
  </message>
  <message>
   <source>Pictures &amp;smaller than</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>これより小さい画像(&amp;S)</translation>
  </message>
  <message>
   <source>Leave out a folder</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>フォルダーを除外</translation>
  </message>
  <message>
   <source>“{name}” does not lie in a folder of the library.</source>
   <extracomment>app.excludes_dialog</extracomment>
   <translation>「{name}」はライブラリのフォルダーの中にありません。</translation>
  </message>
  <message>
   <source>It is hit {rank}, {n} % alike.</source>
   <extracomment>app.explanations</extracomment>
   <translation>{rank} 位で、一致度は {n} % です。</translation>
  </message>
  <message>
   <source>It would be hit {rank}, {n} % alike.</source>
   <extracomment>app.explanations</extracomment>
   <translation>順位は {rank} 位、一致度は {n} % になります。</translation>
  </message>
  <message>
   <source>It lies in {name}. It can be found as soon as this folder has been brought up to date.</source>
   <extracomment>app.explanations</extracomment>
   <translation>{name}にあります。このフォルダーが更新されしだい、探せるようになります。</translation>
  </message>
  <message>
   <source>Connect the drive of {name}; what is known of its photos can be searched meanwhile.</source>
   <extracomment>app.explanations</extracomment>
   <translation>{name}のドライブを接続してください。その間も、わかっている写真は検索できます。</translation>
  </message>
  <message>
   <source>An exact copy of it is in the library: {path}</source>
   <extracomment>app.explanations</extracomment>
   <translation>完全に同じコピーがライブラリにあります: {path}</translation>
  </message>
  <message>
   <source>Its drive is not connected, so it is shown from memory.</source>
   <extracomment>app.explanations</extracomment>
   <translation>ドライブが接続されていないため、保存してある情報で表示しています。</translation>
  </message>
  <message>
   <source>A box round the one thing you look for may help, or Look further (Ctrl+L).</source>
   <extracomment>app.explanations</extracomment>
   <translation>探しているものを枠で囲むか、「さらに広く探す」(Ctrl+L) を試してください。</translation>
  </message>
  <message>
   <source>Resight looks only into files that are named like pictures, such as .jpg.</source>
   <extracomment>app.explanations</extracomment>
   <translation>Resight は .jpg のような画像の名前のファイルだけを調べます。</translation>
  </message>
  <message>
   <source>It is smaller than the least size you have chosen for pictures.</source>
   <extracomment>app.explanations</extracomment>
   <translation>設定した画像の最小の大きさより小さいものです。</translation>
  </message>
  <message>
   <source>Add the folder it lies in to have it found.</source>
   <extracomment>app.explanations</extracomment>
   <translation>それがあるフォルダーを追加すると、探せるようになります。</translation>
  </message>
  <message>
   <source>It has been moved, renamed or deleted.</source>
   <extracomment>app.explanations</extracomment>
   <translation>移動、名前の変更、または削除されています。</translation>
  </message>
  <message>
   <source>It is {n} % alike.</source>
   <extracomment>app.explanations</extracomment>
   <translation>一致度は {n} % です。</translation>
  </message>
  <message>
   <source>Only photos that are at least {n} % alike are shown.</source>
   <extracomment>app.explanations</extracomment>
   <translation>一致度が {n} % 以上の写真だけを表示しています。</translation>
  </message>
  <message>
   <source>Only the first {hits} are shown.</source>
   <extracomment>app.explanations</extracomment>
   <translation>最初の {hits}だけを表示しています。</translation>
  </message>
  <message>
   <source>{name} is among what you have left out, or belongs to the system.</source>
   <extracomment>app.explanations</extracomment>
   <translation>{name}は除外したものに含まれるか、システムのものです。</translation>
  </message>
  <message>
   <source>Why was a photo not found?</source>
   <extracomment>app.explanations</extracomment>
   <translation>なぜ写真が見つからなかったのか?</translation>
  </message>
  <message>
   <source>Drop the photo you expected</source>
   <extracomment>app.explanations</extracomment>
   <translation>見つかるはずの写真をドロップ</translation>
  </message>
  <message>
   <source>or click to choose its file.</source>
   <extracomment>app.explanations</extracomment>
   <translation>または、クリックしてファイルを選択してください。</translation>
  </message>
  <message>
   <source>Search for something first; then ask why a photo is not among the hits.</source>
   <extracomment>app.explanations</extracomment>
   <translation>先に何かを検索してください。そのあとで、写真が結果にない理由を調べられます。</translation>
  </message>
  <message>
   <source>Looking…</source>
   <extracomment>app.explanations</extracomment>
   <translation>調べています…</translation>
  </message>
  <message>
   <source>Drop one file that is a photo.</source>
   <extracomment>app.explanations</extracomment>
   <translation>写真のファイルを 1 つドロップしてください。</translation>
  </message>
  <message>
   <source>&amp;Show it</source>
   <extracomment>app.explanations</extracomment>
   <translation>表示(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Retry</source>
   <extracomment>app.explanations</extracomment>
   <translation>再試行(&amp;R)</translation>
  </message>
  <message>
   <source>&amp;Add its folder…</source>
   <extracomment>app.explanations</extracomment>
   <translation>そのフォルダーを追加(&amp;A)…</translation>
  </message>
  <message>
   <source>It was found</source>
   <extracomment>app.explanations</extracomment>
   <translation>見つかっています</translation>
  </message>
  <message>
   <source>It is not alike enough</source>
   <extracomment>app.explanations</extracomment>
   <translation>十分に似ていません</translation>
  </message>
  <message>
   <source>Too many others are more alike</source>
   <extracomment>app.explanations</extracomment>
   <translation>もっと似た写真がたくさんあります</translation>
  </message>
  <message>
   <source>You have said that it shows something else</source>
   <extracomment>app.explanations</extracomment>
   <translation>別のものが写っていると教えられています</translation>
  </message>
  <message>
   <source>It seems to show what you leave out</source>
   <extracomment>app.explanations</extracomment>
   <translation>除くように指定したものが写っているようです</translation>
  </message>
  <message>
   <source>It could not be read</source>
   <extracomment>app.explanations</extracomment>
   <translation>読めませんでした</translation>
  </message>
  <message>
   <source>It is left out of the library</source>
   <extracomment>app.explanations</extracomment>
   <translation>ライブラリから除外されています</translation>
  </message>
  <message>
   <source>It is no picture by its name</source>
   <extracomment>app.explanations</extracomment>
   <translation>名前からすると画像ではありません</translation>
  </message>
  <message>
   <source>It is left out for its size</source>
   <extracomment>app.explanations</extracomment>
   <translation>大きさのために除外されています</translation>
  </message>
  <message>
   <source>It is not indexed yet</source>
   <extracomment>app.explanations</extracomment>
   <translation>まだ索引にありません</translation>
  </message>
  <message>
   <source>Its folder cannot be reached now</source>
   <extracomment>app.explanations</extracomment>
   <translation>そのフォルダーに今は届きません</translation>
  </message>
  <message>
   <source>It lies in no folder of the library</source>
   <extracomment>app.explanations</extracomment>
   <translation>ライブラリのどのフォルダーにもありません</translation>
  </message>
  <message>
   <source>There is no such file</source>
   <extracomment>app.explanations</extracomment>
   <translation>そのようなファイルはありません</translation>
  </message>
  <message>
   <source>Contact sheet (*.html)</source>
   <extracomment>app.exporting</extracomment>
   <translation>一覧表示 (*.html)</translation>
  </message>
  <message>
   <source>Table (*.csv)</source>
   <extracomment>app.exporting</extracomment>
   <translation>表 (*.csv)</translation>
  </message>
  <message>
   <source>Data (*.json)</source>
   <extracomment>app.exporting</extracomment>
   <translation>データ (*.json)</translation>
  </message>
  <message>
   <source>Nothing was {done}</source>
   <extracomment>app.file_texts</extracomment>
   <translation>1 枚もできませんでした: {done}</translation>
  </message>
  <message>
   <source>…and {n} more.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>…ほか {n} 件。</translation>
  </message>
  <message>
   <source>“{name}” is being changed by another program. Try again when that is done.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はほかのプログラムが変更中です。終わってからもう一度試してください。</translation>
  </message>
  <message>
   <source>“{name}” is a link to a photo that lies elsewhere, and was left where it is.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」は別の場所にある写真へのリンクなので、そのままにしました。</translation>
  </message>
  <message>
   <source>“{name}” is in this folder already.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はすでにこのフォルダーにあります。</translation>
  </message>
  <message>
   <source>“{name}” is not there any more, or its drive is not connected.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はもうないか、ドライブが接続されていません。</translation>
  </message>
  <message>
   <source>“{name}” lies on a drive without a trash, so it was left where it is.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」のあるドライブにはゴミ箱がないので、そのままにしました。</translation>
  </message>
  <message>
   <source>“{name}” is not in the trash any more.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はもうゴミ箱にありません。</translation>
  </message>
  <message>
   <source>The program part that reaches the trash (send2trash) is missing. Start Resight by its launcher.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ゴミ箱を使うための部品 (send2trash) がありません。Resight をランチャーから起動してください。</translation>
  </message>
  <message>
   <source>Choose where to copy {what} to</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}のコピー先を選択</translation>
  </message>
  <message>
   <source>Choose where to move {what} to</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}の移動先を選択</translation>
  </message>
  <message>
   <source>Copying {what} to “{place}”…</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}を「{place}」へコピー中…</translation>
  </message>
  <message>
   <source>copied to “{place}”</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{place}」へコピー</translation>
  </message>
  <message>
   <source>Undo copying {what}</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}のコピーを元に戻す</translation>
  </message>
  <message>
   <source>Move {what} to “{place}”?</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}を「{place}」へ移動しますか?</translation>
  </message>
  <message>
   <source>Resight moves the files themselves, as you ask for it, to:
{path}

Undo (Ctrl+Z) brings them back.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ご指示のとおり、ファイルそのものを次の場所へ移動します:
{path}

「元に戻す」(Ctrl+Z) で元の場所に戻ります。</translation>
  </message>
  <message>
   <source>Move</source>
   <extracomment>app.file_texts</extracomment>
   <translation>移動</translation>
  </message>
  <message>
   <source>Moving {what} to “{place}”…</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}を「{place}」へ移動中…</translation>
  </message>
  <message>
   <source>moved to “{place}”</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{place}」へ移動</translation>
  </message>
  <message>
   <source>Undo moving {what}</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}の移動を元に戻す</translation>
  </message>
  <message>
   <source>Bringing back {what}…</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}を戻しています…</translation>
  </message>
  <message>
   <source>moved back</source>
   <extracomment>app.file_texts</extracomment>
   <translation>元の場所へ戻す</translation>
  </message>
  <message>
   <source>Move {what} to the trash?</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}をゴミ箱へ移動しますか?</translation>
  </message>
  <message>
   <source>Undo (Ctrl+Z) brings back what is still in the trash.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「元に戻す」(Ctrl+Z) で、まだゴミ箱にあるものを戻せます。</translation>
  </message>
  <message>
   <source>You can get it back from the system's trash.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>システムのゴミ箱から戻せます。</translation>
  </message>
  <message>
   <source>Move to trash</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ゴミ箱へ移動</translation>
  </message>
  <message>
   <source>Moving {what} to the trash…</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}をゴミ箱へ移動中…</translation>
  </message>
  <message>
   <source>moved to the trash</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ゴミ箱へ移動</translation>
  </message>
  <message>
   <source>Undo moving {what} to the trash</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{what}のゴミ箱への移動を元に戻す</translation>
  </message>
  <message>
   <source>brought back from the trash</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ゴミ箱から戻す</translation>
  </message>
  <message>
   <source>Undo</source>
   <extracomment>app.file_texts</extracomment>
   <translation>元に戻す</translation>
  </message>
  <message>
   <source>Export {hits}</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{hits}を書き出す</translation>
  </message>
  <message>
   <source>{name} hits</source>
   <extracomment>app.file_texts</extracomment>
   <translation>{name} の検索結果</translation>
  </message>
  <message>
   <source>Writing “{name}”…</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」を書き出し中…</translation>
  </message>
  <message>
   <source>“{name}” is written</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」を書き出しました</translation>
  </message>
  <message>
   <source>Photos like “{name}”</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」に似た写真</translation>
  </message>
  <message>
   <source>Something is being done with files already. Wait for its end, or stop it.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>ファイルの処理がすでに進行中です。終わるのを待つか、止めてください。</translation>
  </message>
  <message>
   <source>You can go on searching meanwhile.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>その間も検索を続けられます。</translation>
  </message>
  <message>
   <source>Stopped: {done}; the other {left} stay as they were</source>
   <extracomment>app.file_texts</extracomment>
   <translation>中止しました: {done}。残りの {left}はそのままです</translation>
  </message>
  <message>
   <source>Resight may not do that with “{name}”. Check who owns the file and its folder.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」に対するその操作は許可されていません。ファイルとフォルダーの所有者を確認してください。</translation>
  </message>
  <message>
   <source>“{name}” or the folder it was to go to cannot be written: the disk is read-only.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」または行き先のフォルダーに書き込めません。ディスクが読み取り専用です。</translation>
  </message>
  <message>
   <source>There is no room left for “{name}”. Make some room, then try again.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」のための空き容量がありません。空きを作ってからもう一度試してください。</translation>
  </message>
  <message>
   <source>The name of “{name}” is too long for that disk.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」の名前は、そのディスクには長すぎます。</translation>
  </message>
  <message>
   <source>“{name}” is a folder.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はフォルダーです。</translation>
  </message>
  <message>
   <source>“{name}” is in use by another program.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」はほかのプログラムが使用中です。</translation>
  </message>
  <message>
   <source>The disk reported an error at “{name}”. Check the disk, then try again.</source>
   <extracomment>app.file_texts</extracomment>
   <translation>「{name}」でディスクのエラーが起きました。ディスクを確認してから、もう一度試してください。</translation>
  </message>
  <message>
   <source>No folders yet.</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>フォルダーはまだありません。</translation>
  </message>
  <message>
   <source>Add a folder</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>フォルダーを追加</translation>
  </message>
  <message>
   <source>Remove the selected folder</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>選んだフォルダーを外す</translation>
  </message>
  <message>
   <source>Update all folders now</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>すべてのフォルダーを今すぐ更新</translation>
  </message>
  <message>
   <source>Choose folders and photos that Resight leaves out</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>Resight が除外するフォルダーと写真を選びます</translation>
  </message>
  <message>
   <source>Progress of indexing</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>索引作成の進み具合</translation>
  </message>
  <message>
   <source>Pause indexing</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>索引の作成を一時停止</translation>
  </message>
  <message>
   <source>Go on indexing</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>索引の作成を再開</translation>
  </message>
  <message>
   <source>Folders in the library</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>ライブラリのフォルダー</translation>
  </message>
  <message>
   <source>Remove folder</source>
   <extracomment>app.folders_panel</extracomment>
   <translation>フォルダーを外す</translation>
  </message>
  <message>
   <source>Photos found, best first</source>
   <extracomment>app.grid_view</extracomment>
   <translation>見つかった写真、良い順</translation>
  </message>
  <message>
   <source>&amp;Preview</source>
   <extracomment>app.grid_view</extracomment>
   <translation>プレビュー(&amp;P)</translation>
  </message>
  <message>
   <source>Search for a p&amp;art of this</source>
   <extracomment>app.grid_view</extracomment>
   <translation>この写真の一部で検索(&amp;A)</translation>
  </message>
  <message>
   <source>  or  </source>
   <extracomment>app.help_dialogs</extracomment>
   <translation>  または  </translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <extracomment>app.help_dialogs</extracomment>
   <translation>キーボードショートカット</translation>
  </message>
  <message>
   <source>{n}st</source>
   <extracomment>app.hits_model</extracomment>
   <translation>{n} 位</translation>
  </message>
  <message>
   <source>{n}nd</source>
   <extracomment>app.hits_model</extracomment>
   <translation>{n} 位</translation>
  </message>
  <message>
   <source>{n}rd</source>
   <extracomment>app.hits_model</extracomment>
   <translation>{n} 位</translation>
  </message>
  <message>
   <source>{rank}, {likely}, {n} percent, {name}</source>
   <extracomment>app.hits_model</extracomment>
   <translation>{rank}、{likely}、{n} パーセント、{name}</translation>
  </message>
  <message>
   <source>{n}th</source>
   <extracomment>app.hits_model</extracomment>
   <translation>{n} 位</translation>
  </message>
  <message>
   <source>Choose where to keep the backup</source>
   <extracomment>app.library_care</extracomment>
   <translation>バックアップの保存先を選択</translation>
  </message>
  <message>
   <source>Restore this backup</source>
   <extracomment>app.library_care</extracomment>
   <translation>このバックアップを復元</translation>
  </message>
  <message>
   <source>Choose where to move the library to</source>
   <extracomment>app.library_care</extracomment>
   <translation>ライブラリの移動先を選択</translation>
  </message>
  <message>
   <source>Another…</source>
   <extracomment>app.library_care</extracomment>
   <translation>別のもの…</translation>
  </message>
  <message>
   <source>Restore a backup…</source>
   <extracomment>app.library_check</extracomment>
   <translation>バックアップを復元…</translation>
  </message>
  <message>
   <source>Repair</source>
   <extracomment>app.library_check</extracomment>
   <translation>修復</translation>
  </message>
  <message>
   <source>Backing up the library…</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリをバックアップ中…</translation>
  </message>
  <message>
   <source>Everything Resight knows about your photos is copied; the photos themselves are not.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>写真について Resight が知っていることをすべてコピーします。写真そのものはコピーしません。</translation>
  </message>
  <message>
   <source>The library is backed up</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリをバックアップしました</translation>
  </message>
  <message>
   <source>The backup knows {photos} and takes {size}. It is here:
{path}</source>
   <extracomment>app.library_texts</extracomment>
   <translation>バックアップには {photos}の情報があり、大きさは {size} です。場所:
{path}</translation>
  </message>
  <message>
   <source>The library becomes what it was when the backup was made. What it is now is kept and can be restored in the same way. Your photos are not touched.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリはバックアップを作ったときの状態になります。今の状態は保存され、同じ方法で復元できます。写真には触れません。</translation>
  </message>
  <message>
   <source>There is no backup in the library yet. Resight makes one a day by itself. If you have one elsewhere, choose its file.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリにはまだバックアップがありません。Resight は 1 日に 1 つ自動で作ります。別の場所にある場合は、そのファイルを選んでください。</translation>
  </message>
  <message>
   <source>Restoring the library…</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを復元中…</translation>
  </message>
  <message>
   <source>The window opens again when it is done. Your photos are not touched.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>終わるとウィンドウが再び開きます。写真には触れません。</translation>
  </message>
  <message>
   <source>The backup is in place</source>
   <extracomment>app.library_texts</extracomment>
   <translation>バックアップを復元しました</translation>
  </message>
  <message>
   <source>It is of {when} and knows {photos}. Resight now looks what has changed in your folders since.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>{when} のもので、{photos}の情報があります。その後フォルダーで何が変わったか、これから調べます。</translation>
  </message>
  <message>
   <source>The library as it was before is kept here:
{path}</source>
   <extracomment>app.library_texts</extracomment>
   <translation>以前のライブラリはここに保存してあります:
{path}</translation>
  </message>
  <message>
   <source>The library is damaged</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリが壊れています</translation>
  </message>
  <message>
   <source>The newest backup that is whole is of {when} and knows {photos}. The damaged library is kept.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>完全なバックアップのうち最新のものは {when} のもので、{photos}の情報があります。壊れたライブラリも残しておきます。</translation>
  </message>
  <message>
   <source>There is no backup of it. Rename the folder {library} and add your photo folders again.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>バックアップはありません。フォルダー {library} の名前を変えて、写真のフォルダーを追加し直してください。</translation>
  </message>
  <message>
   <source>Move the library to {place}?</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを {place} へ移動しますか?</translation>
  </message>
  <message>
   <source>The library is copied and the copy verified, then the window opens again with it. The old one stays until you say so. Your photos stay where they are.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリをコピーして確かめたあと、それを使ってウィンドウが再び開きます。古いものは、あなたが指示するまで残ります。写真は今の場所のままです。</translation>
  </message>
  <message>
   <source>Moving the library…</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを移動中…</translation>
  </message>
  <message>
   <source>The window opens again when it is done. If it is stopped, everything stays as it was.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>終わるとウィンドウが再び開きます。中止すると、すべて元のままです。</translation>
  </message>
  <message>
   <source>The library was moved</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを移動しました</translation>
  </message>
  <message>
   <source>It is used from here now:
{new}

The old one can be deleted:
{old}</source>
   <extracomment>app.library_texts</extracomment>
   <translation>これからはここのものを使います:
{new}

古いものは削除できます:
{old}</translation>
  </message>
  <message>
   <source>You have named the library when you started Resight: from now on, name its new folder.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>Resight の起動時にライブラリを指定しています。これからは新しいフォルダーを指定してください。</translation>
  </message>
  <message>
   <source>Delete the old one</source>
   <extracomment>app.library_texts</extracomment>
   <translation>古いものを削除</translation>
  </message>
  <message>
   <source>Keep it</source>
   <extracomment>app.library_texts</extracomment>
   <translation>残しておく</translation>
  </message>
  <message>
   <source>Checking the library…</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを点検中…</translation>
  </message>
  <message>
   <source>Repairing the library…</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリを修復中…</translation>
  </message>
  <message>
   <source>The library is in order</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリに問題はありません</translation>
  </message>
  <message>
   <source>The library is in order again</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリは元どおり正常です</translation>
  </message>
  <message>
   <source>All that Resight knows about {photos} was checked.</source>
   <extracomment>app.library_texts</extracomment>
   <translation>{photos}について Resight が知っていることをすべて点検しました。</translation>
  </message>
  <message>
   <source>The library is not in order</source>
   <extracomment>app.library_texts</extracomment>
   <translation>ライブラリに問題があります</translation>
  </message>
  <message>
   <source>Not everything could be repaired</source>
   <extracomment>app.library_texts</extracomment>
   <translation>すべては修復できませんでした</translation>
  </message>
  <message>
   <source>Preview</source>
   <extracomment>app.look_texts</extracomment>
   <translation>プレビュー</translation>
  </message>
  <message>
   <source>Close the preview</source>
   <extracomment>app.look_texts</extracomment>
   <translation>プレビューを閉じる</translation>
  </message>
  <message>
   <source>Look closer</source>
   <extracomment>app.look_texts</extracomment>
   <translation>詳しく見る</translation>
  </message>
  <message>
   <source>Large view</source>
   <extracomment>app.look_texts</extracomment>
   <translation>拡大表示</translation>
  </message>
  <message>
   <source>Back to the results</source>
   <extracomment>app.look_texts</extracomment>
   <translation>結果に戻る</translation>
  </message>
  <message>
   <source>Picture of {name}</source>
   <extracomment>app.look_texts</extracomment>
   <translation>{name} の画像</translation>
  </message>
  <message>
   <source>Query picture</source>
   <extracomment>app.look_texts</extracomment>
   <translation>検索する画像</translation>
  </message>
  <message>
   <source>What you look for</source>
   <extracomment>app.look_texts</extracomment>
   <translation>探しているもの</translation>
  </message>
  <message>
   <source>Show how much each place is like what is searched for</source>
   <extracomment>app.look_texts</extracomment>
   <translation>各部分が検索対象にどれだけ似ているかを表示します</translation>
  </message>
  <message>
   <source>Search for a part of this</source>
   <extracomment>app.look_texts</extracomment>
   <translation>この写真の一部で検索</translation>
  </message>
  <message>
   <source>One photo</source>
   <extracomment>app.look_texts</extracomment>
   <translation>1 枚だけ</translation>
  </message>
  <message>
   <source>Side by side with the query</source>
   <extracomment>app.look_texts</extracomment>
   <translation>検索する画像と並べる</translation>
  </message>
  <message>
   <source>Slideshow</source>
   <extracomment>app.look_texts</extracomment>
   <translation>スライドショー</translation>
  </message>
  <message>
   <source>There is no query picture to compare with.</source>
   <extracomment>app.look_texts</extracomment>
   <translation>比べる画像がありません。</translation>
  </message>
  <message>
   <source>{n} of {total}</source>
   <extracomment>app.look_texts</extracomment>
   <translation>{n} / {total}</translation>
  </message>
  <message>
   <source>{width} × {height} pixels</source>
   <extracomment>app.look_texts</extracomment>
   <translation>{width} × {height} ピクセル</translation>
  </message>
  <message>
   <source>taken {when}</source>
   <extracomment>app.look_texts</extracomment>
   <translation>撮影 {when}</translation>
  </message>
  <message>
   <source>file of {when}</source>
   <extracomment>app.look_texts</extracomment>
   <translation>ファイル {when}</translation>
  </message>
  <message>
   <source>{n} % alike</source>
   <extracomment>app.look_texts</extracomment>
   <translation>一致度 {n} %</translation>
  </message>
  <message>
   <source>How far it is</source>
   <extracomment>app.models_page</extracomment>
   <translation>進み具合</translation>
  </message>
  <message>
   <source>&amp;Use</source>
   <extracomment>app.models_page</extracomment>
   <translation>使う(&amp;U)</translation>
  </message>
  <message>
   <source>E&amp;xport…</source>
   <extracomment>app.models_page</extracomment>
   <translation>書き出し(&amp;X)…</translation>
  </message>
  <message>
   <source>&amp;Import…</source>
   <extracomment>app.models_page</extracomment>
   <translation>取り込み(&amp;I)…</translation>
  </message>
  <message>
   <source>It begins when what Resight is doing now is done.</source>
   <extracomment>app.models_page</extracomment>
   <translation>今行っている処理が終わると始まります。</translation>
  </message>
  <message>
   <source>Close this message</source>
   <extracomment>app.notify</extracomment>
   <translation>このメッセージを閉じる</translation>
  </message>
  <message>
   <source>Picture to draw a box in</source>
   <extracomment>app.part_picker</extracomment>
   <translation>枠を描く写真</translation>
  </message>
  <message>
   <source>Drag a box round another part</source>
   <extracomment>app.part_words</extracomment>
   <translation>別の部分を枠で囲んでください</translation>
  </message>
  <message>
   <source>{share} of the picture
{width} × {height} pixels</source>
   <extracomment>app.part_words</extracomment>
   <translation>写真の {share}
{width} × {height} ピクセル</translation>
  </message>
  <message>
   <source>less than 1 %</source>
   <extracomment>app.part_words</extracomment>
   <translation>1 % 未満</translation>
  </message>
  <message>
   <source>The whole picture is searched for. Press Enter to draw a box in its middle.</source>
   <extracomment>app.part_words</extracomment>
   <translation>写真全体で検索しています。Enter キーで中央に枠を描きます。</translation>
  </message>
  <message>
   <source>Box of {width} × {height} pixels, {left} from the left and {top} from the top, {share} of the picture.</source>
   <extracomment>app.part_words</extracomment>
   <translation>{width} × {height} ピクセルの枠、左から {left}、上から {top}、写真の {share}。</translation>
  </message>
  <message>
   <source>Arrow keys move the box, with Shift by 10 pixels, with Control they resize it. Shift and Enter add another part. Escape takes the box away.</source>
   <extracomment>app.part_words</extracomment>
   <translation>矢印キーで枠を移動します。Shift を押すと 10 ピクセルずつ、Control を押すと大きさが変わります。Shift + Enter で別の部分を追加し、Esc で枠を消します。</translation>
  </message>
  <message>
   <source>Part {n} of {total}.</source>
   <extracomment>app.part_words</extracomment>
   <translation>部分 {n} / {total}。</translation>
  </message>
  <message>
   <source>Counts as usual</source>
   <extracomment>app.part_words</extracomment>
   <translation>普通の重み</translation>
  </message>
  <message>
   <source>Counts twice</source>
   <extracomment>app.part_words</extracomment>
   <translation>2 倍の重み</translation>
  </message>
  <message>
   <source>Counts three times</source>
   <extracomment>app.part_words</extracomment>
   <translation>3 倍の重み</translation>
  </message>
  <message>
   <source>{share} of {name}</source>
   <extracomment>app.part_words</extracomment>
   <translation>{name} の {share}</translation>
  </message>
  <message>
   <source>Photos with it are left out.</source>
   <extracomment>app.part_words</extracomment>
   <translation>これが写っている写真は除かれます。</translation>
  </message>
  <message>
   <source>all of {name}</source>
   <extracomment>app.part_words</extracomment>
   <translation>{name} の全体</translation>
  </message>
  <message>
   <source>Parts searched for</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>検索する部分</translation>
  </message>
  <message>
   <source>Remove this part (Delete)</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>この部分を削除 (Delete)</translation>
  </message>
  <message>
   <source>not</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>除く</translation>
  </message>
  <message>
   <source>with</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>含む</translation>
  </message>
  <message>
   <source>Photos with this part are left out</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>この部分が写っている写真は除かれます</translation>
  </message>
  <message>
   <source>It has to be in the photo</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>写真に写っている必要があります</translation>
  </message>
  <message>
   <source>N changes whether it is wanted, + and − how much it counts, Delete removes it, arrow keys choose another.</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>N キーで要・不要を切り替え、+ と − で重みを変え、Delete キーで外し、矢印キーで別の部分を選びます。</translation>
  </message>
  <message>
   <source>+ with it</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>＋ これもある</translation>
  </message>
  <message>
   <source>− without it</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>− これがない</translation>
  </message>
  <message>
   <source>Part {n} of {total}: {words}. {wanted}.</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>部分 {n} / {total}：{words}。{wanted}。</translation>
  </message>
  <message>
   <source>Remove part {n}</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>部分 {n} を削除</translation>
  </message>
  <message>
   <source>Part {n}: {wish}</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>部分 {n}：{wish}</translation>
  </message>
  <message>
   <source>{wanted}; press to change that (N)</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>{wanted}。押すと切り替わります (N)</translation>
  </message>
  <message>
   <source>{weight}; press to change that (+ and −)</source>
   <extracomment>app.parts_bar</extracomment>
   <translation>{weight}。押すと変わります (+ と −)</translation>
  </message>
  <message>
   <source>Find &amp;similar</source>
   <extracomment>app.preview_panel</extracomment>
   <translation>似た写真(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Copy path</source>
   <extracomment>app.preview_panel</extracomment>
   <translation>パスをコピー(&amp;C)</translation>
  </message>
  <message>
   <source>Problems</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>問題</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>フォルダーで表示</translation>
  </message>
  <message>
   <source>Retry</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>再試行</translation>
  </message>
  <message>
   <source>Copy list</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>一覧をコピー</translation>
  </message>
  <message>
   <source>Files that could not be read</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>読めなかったファイル</translation>
  </message>
  <message>
   <source>File</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>ファイル</translation>
  </message>
  <message>
   <source>What is wrong</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>問題の内容</translation>
  </message>
  <message>
   <source>{n} file could not be read.</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>{n} 個のファイルを読めませんでした。</translation>
  </message>
  <message>
   <source>{n} files could not be read.</source>
   <extracomment>app.problems_dialog</extracomment>
   <translation>{n} 個のファイルを読めませんでした。</translation>
  </message>
  <message>
   <source>The picture could not be kept in “{folder}”. Is the disk full, or the folder not yours to write to?</source>
   <extracomment>app.query_files</extracomment>
   <translation>画像を「{folder}」に保存できませんでした。ディスクがいっぱいか、書き込みが許可されていないのかもしれません。</translation>
  </message>
  <message>
   <source>Open a picture to search with</source>
   <extracomment>app.query_input</extracomment>
   <translation>検索に使う写真を開く</translation>
  </message>
  <message>
   <source>All files (*)</source>
   <extracomment>app.query_input</extracomment>
   <translation>すべてのファイル (*)</translation>
  </message>
  <message>
   <source>Pictures ({patterns})</source>
   <extracomment>app.query_input</extracomment>
   <translation>写真 ({patterns})</translation>
  </message>
  <message>
   <source>A search can have {n} parts. Remove one first.</source>
   <extracomment>app.query_texts</extracomment>
   <translation>一度に検索できる部分は {n} 個までです。先に一つ外してください。</translation>
  </message>
  <message>
   <source>Smallest box: {side} × {side} pixels</source>
   <extracomment>app.query_texts</extracomment>
   <translation>枠の最小の大きさ: {side} × {side} ピクセル</translation>
  </message>
  <message>
   <source>{name}, {n} parts: {parts}</source>
   <extracomment>app.query_texts</extracomment>
   <translation>{name}、部分 {n} 個: {parts}</translation>
  </message>
  <message>
   <source>not {n}</source>
   <extracomment>app.query_texts</extracomment>
   <translation>除外 {n}</translation>
  </message>
  <message>
   <source>Drop a picture here</source>
   <extracomment>app.query_texts</extracomment>
   <translation>画像をここにドロップ</translation>
  </message>
  <message>
   <source>or open a file, or paste a picture.</source>
   <extracomment>app.query_texts</extracomment>
   <translation>または、ファイルを開くか、画像を貼り付けます。</translation>
  </message>
  <message>
   <source>Search with this picture</source>
   <extracomment>app.query_texts</extracomment>
   <translation>この画像で検索</translation>
  </message>
  <message>
   <source>A folder is added to your library instead.</source>
   <extracomment>app.query_texts</extracomment>
   <translation>フォルダーならライブラリに追加されます。</translation>
  </message>
  <message>
   <source>Opening…</source>
   <extracomment>app.query_texts</extracomment>
   <translation>開いています…</translation>
  </message>
  <message>
   <source>This picture cannot be opened</source>
   <extracomment>app.query_texts</extracomment>
   <translation>この画像は開けません</translation>
  </message>
  <message>
   <source>This photo cannot be shown now</source>
   <extracomment>app.query_texts</extracomment>
   <translation>この写真は今表示できません</translation>
  </message>
  <message>
   <source>Whole picture</source>
   <extracomment>app.query_texts</extracomment>
   <translation>画像全体</translation>
  </message>
  <message>
   <source>Search for the whole picture again (Esc)</source>
   <extracomment>app.query_texts</extracomment>
   <translation>画像全体での検索に戻ります (Esc)</translation>
  </message>
  <message>
   <source>Drag to frame one thing in it</source>
   <extracomment>app.query_texts</extracomment>
   <translation>ドラッグして一つのものを枠で囲みます</translation>
  </message>
  <message>
   <source>Add a part</source>
   <extracomment>app.query_texts</extracomment>
   <translation>部分を追加</translation>
  </message>
  <message>
   <source>Search for photos with another part, too, or without it (Shift and drag)</source>
   <extracomment>app.query_texts</extracomment>
   <translation>別の部分もある写真、またはそれがない写真を検索します (Shift を押しながらドラッグ)</translation>
  </message>
  <message>
   <source>Another &amp;box in this picture</source>
   <extracomment>app.query_texts</extracomment>
   <translation>この画像に別の枠(&amp;B)</translation>
  </message>
  <message>
   <source>A part of another &amp;picture…</source>
   <extracomment>app.query_texts</extracomment>
   <translation>別の画像の部分(&amp;P)…</translation>
  </message>
  <message>
   <source>The &amp;copied picture</source>
   <extracomment>app.query_texts</extracomment>
   <translation>コピーした画像(&amp;C)</translation>
  </message>
  <message>
   <source>&amp;Open…</source>
   <extracomment>app.query_texts</extracomment>
   <translation>開く(&amp;O)…</translation>
  </message>
  <message>
   <source>&amp;Paste</source>
   <extracomment>app.query_texts</extracomment>
   <translation>貼り付け(&amp;P)</translation>
  </message>
  <message>
   <source>Search with the picture you copied</source>
   <extracomment>app.query_texts</extracomment>
   <translation>コピーした画像で検索します</translation>
  </message>
  <message>
   <source>Recent pictures</source>
   <extracomment>app.query_texts</extracomment>
   <translation>最近の画像</translation>
  </message>
  <message>
   <source>Enter searches again, Delete forgets it, arrow keys choose another.</source>
   <extracomment>app.query_texts</extracomment>
   <translation>Enter キーでもう一度検索、Delete キーで忘れ、矢印キーで別の画像を選びます。</translation>
  </message>
  <message>
   <source>&amp;Search again</source>
   <extracomment>app.query_texts</extracomment>
   <translation>もう一度検索(&amp;S)</translation>
  </message>
  <message>
   <source>&amp;Forget this picture</source>
   <extracomment>app.query_texts</extracomment>
   <translation>この画像を忘れる(&amp;F)</translation>
  </message>
  <message>
   <source>Forget them</source>
   <extracomment>app.query_texts</extracomment>
   <translation>すべて忘れる</translation>
  </message>
  <message>
   <source>No picture.</source>
   <extracomment>app.query_texts</extracomment>
   <translation>画像がありません。</translation>
  </message>
  <message>
   <source>Restore the library</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>ライブラリを復元</translation>
  </message>
  <message>
   <source>From a &amp;file…</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>ファイルから(&amp;F)…</translation>
  </message>
  <message>
   <source>&amp;Restore</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>復元(&amp;R)</translation>
  </message>
  <message>
   <source>Cancel</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>キャンセル</translation>
  </message>
  <message>
   <source>Backups</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>バックアップ</translation>
  </message>
  <message>
   <source>Restore a backup</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>バックアップを復元</translation>
  </message>
  <message>
   <source>Backups (*.sqlite);;All files (*)</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>バックアップ (*.sqlite);;すべてのファイル (*)</translation>
  </message>
  <message>
   <source>Made</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>作成日時</translation>
  </message>
  <message>
   <source>Photos</source>
   <extracomment>app.restore_dialog</extracomment>
   <translation>写真</translation>
  </message>
  <message>
   <source>stack of {n}</source>
   <extracomment>app.result_texts</extracomment>
   <translation>{n} 枚のまとまり</translation>
  </message>
  <message>
   <source>At least {n} megapixel</source>
   <extracomment>app.result_texts</extracomment>
   <translation>{n} メガピクセル以上</translation>
  </message>
  <message>
   <source>At least {n} megapixels</source>
   <extracomment>app.result_texts</extracomment>
   <translation>{n} メガピクセル以上</translation>
  </message>
  <message>
   <source>Clear the filter: {facet}</source>
   <extracomment>app.result_texts</extracomment>
   <translation>絞り込みを解除: {facet}</translation>
  </message>
  <message>
   <source>{n} of {photos}</source>
   <extracomment>app.result_texts</extracomment>
   <translation>{photos}中 {n} 枚</translation>
  </message>
  <message>
   <source>{photos} is less alike</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ほか {photos}は一致度が下です</translation>
  </message>
  <message>
   <source>{photos} are less alike</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ほか {photos}は一致度が下です</translation>
  </message>
  <message>
   <source>These are the {photos} most alike</source>
   <extracomment>app.result_texts</extracomment>
   <translation>最も似た {photos}です</translation>
  </message>
  <message>
   <source>The filters hide {photos}</source>
   <extracomment>app.result_texts</extracomment>
   <translation>絞り込みで {photos}が隠れています</translation>
  </message>
  <message>
   <source>Very likely</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ほぼ確実</translation>
  </message>
  <message>
   <source>Likely</source>
   <extracomment>app.result_texts</extracomment>
   <translation>おそらく</translation>
  </message>
  <message>
   <source>Maybe</source>
   <extracomment>app.result_texts</extracomment>
   <translation>もしかすると</translation>
  </message>
  <message>
   <source>Unlikely</source>
   <extracomment>app.result_texts</extracomment>
   <translation>可能性は低い</translation>
  </message>
  <message>
   <source>Least score shown</source>
   <extracomment>app.result_texts</extracomment>
   <translation>表示する最低の一致度</translation>
  </message>
  <message>
   <source>Drag to show more or fewer; double-click for the usual</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ドラッグで増減、ダブルクリックで標準に戻ります</translation>
  </message>
  <message>
   <source>Find in the list</source>
   <extracomment>app.result_texts</extracomment>
   <translation>一覧の中を探す</translation>
  </message>
  <message>
   <source>Size of the thumbnails</source>
   <extracomment>app.result_texts</extracomment>
   <translation>サムネイルの大きさ</translation>
  </message>
  <message>
   <source>Order</source>
   <extracomment>app.result_texts</extracomment>
   <translation>並び順</translation>
  </message>
  <message>
   <source>Sections</source>
   <extracomment>app.result_texts</extracomment>
   <translation>区分け</translation>
  </message>
  <message>
   <source>Near-identical shots as one</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ほぼ同じ写真を 1 つにまとめる</translation>
  </message>
  <message>
   <source>Filter</source>
   <extracomment>app.result_texts</extracomment>
   <translation>絞り込み</translation>
  </message>
  <message>
   <source>Clear filters</source>
   <extracomment>app.result_texts</extracomment>
   <translation>絞り込みを解除</translation>
  </message>
  <message>
   <source>Show more</source>
   <extracomment>app.result_texts</extracomment>
   <translation>もっと表示</translation>
  </message>
  <message>
   <source>Show the most similar photos</source>
   <extracomment>app.result_texts</extracomment>
   <translation>最も似た写真を表示</translation>
  </message>
  <message>
   <source>No photo passes the filters</source>
   <extracomment>app.result_texts</extracomment>
   <translation>絞り込みに合う写真がありません</translation>
  </message>
  <message>
   <source>{photos} found, but none with what the filters ask for.</source>
   <extracomment>app.result_texts</extracomment>
   <translation>{photos}見つかりましたが、絞り込みに合うものはありません。</translation>
  </message>
  <message>
   <source>Best first</source>
   <extracomment>app.result_texts</extracomment>
   <translation>良い順</translation>
  </message>
  <message>
   <source>Newest first</source>
   <extracomment>app.result_texts</extracomment>
   <translation>新しい順</translation>
  </message>
  <message>
   <source>By name</source>
   <extracomment>app.result_texts</extracomment>
   <translation>名前順</translation>
  </message>
  <message>
   <source>No sections</source>
   <extracomment>app.result_texts</extracomment>
   <translation>区分けなし</translation>
  </message>
  <message>
   <source>By folder</source>
   <extracomment>app.result_texts</extracomment>
   <translation>フォルダー別</translation>
  </message>
  <message>
   <source>By month</source>
   <extracomment>app.result_texts</extracomment>
   <translation>月別</translation>
  </message>
  <message>
   <source>From</source>
   <extracomment>app.result_texts</extracomment>
   <translation>開始日</translation>
  </message>
  <message>
   <source>To</source>
   <extracomment>app.result_texts</extracomment>
   <translation>終了日</translation>
  </message>
  <message>
   <source>Date not known</source>
   <extracomment>app.result_texts</extracomment>
   <translation>日付不明</translation>
  </message>
  <message>
   <source>Date taken</source>
   <extracomment>app.result_texts</extracomment>
   <translation>撮影日</translation>
  </message>
  <message>
   <source>File type</source>
   <extracomment>app.result_texts</extracomment>
   <translation>ファイルの種類</translation>
  </message>
  <message>
   <source>Shape</source>
   <extracomment>app.result_texts</extracomment>
   <translation>縦横</translation>
  </message>
  <message>
   <source>Camera</source>
   <extracomment>app.result_texts</extracomment>
   <translation>カメラ</translation>
  </message>
  <message>
   <source>Landscape</source>
   <extracomment>app.result_texts</extracomment>
   <translation>横長</translation>
  </message>
  <message>
   <source>Portrait</source>
   <extracomment>app.result_texts</extracomment>
   <translation>縦長</translation>
  </message>
  <message>
   <source>Square</source>
   <extracomment>app.result_texts</extracomment>
   <translation>正方形</translation>
  </message>
  <message>
   <source>Not known</source>
   <extracomment>app.result_texts</extracomment>
   <translation>不明</translation>
  </message>
  <message>
   <source>Other</source>
   <extracomment>app.result_texts</extracomment>
   <translation>その他</translation>
  </message>
  <message>
   <source>Add my own photos…</source>
   <extracomment>app.samples</extracomment>
   <translation>自分の写真を追加…</translation>
  </message>
  <message>
   <source>Remove the samples</source>
   <extracomment>app.samples</extracomment>
   <translation>見本を外す</translation>
  </message>
  <message>
   <source>The screen, held still</source>
   <extracomment>app.screen_texts</extracomment>
   <translation>止めた画面</translation>
  </message>
  <message>
   <source>Drag a box round what you look for. Enter takes the whole screen, Esc nothing.</source>
   <extracomment>app.screen_texts</extracomment>
   <translation>探すものを囲んでドラッグします。Enter で画面全体、Esc で取りやめます。</translation>
  </message>
  <message>
   <source>On Wayland, programs may not look at the screen.</source>
   <extracomment>app.screen_texts</extracomment>
   <translation>Wayland では、プログラムが画面を見ることはできません。</translation>
  </message>
  <message>
   <source>The system does not let Resight look at the screen.</source>
   <extracomment>app.screen_texts</extracomment>
   <translation>システムが、Resight に画面を見ることを許していません。</translation>
  </message>
  <message>
   <source>Take a picture with your desktop's own tool for that, then paste it here (Ctrl+V).</source>
   <extracomment>app.screen_texts</extracomment>
   <translation>デスクトップの画面撮影の機能で撮り、ここに貼り付けてください (Ctrl+V)。</translation>
  </message>
  <message>
   <source>Remove</source>
   <extracomment>app.teaching</extracomment>
   <translation>削除</translation>
  </message>
  <message>
   <source>Save the model as</source>
   <extracomment>app.teaching</extracomment>
   <translation>モデルの保存先</translation>
  </message>
  <message>
   <source>Choose a model</source>
   <extracomment>app.teaching</extracomment>
   <translation>モデルを選択</translation>
  </message>
  <message>
   <source>Models</source>
   <extracomment>app.teaching</extracomment>
   <translation>モデル</translation>
  </message>
  <message>
   <source>&amp;Same thing</source>
   <extracomment>app.teaching_dialog</extracomment>
   <translation>同じもの(&amp;S)</translation>
  </message>
  <message>
   <source>Something &amp;else</source>
   <extracomment>app.teaching_dialog</extracomment>
   <translation>別のもの(&amp;E)</translation>
  </message>
  <message>
   <source>S&amp;kip</source>
   <extracomment>app.teaching_dialog</extracomment>
   <translation>とばす(&amp;K)</translation>
  </message>
  <message>
   <source>How much is marked</source>
   <extracomment>app.teaching_dialog</extracomment>
   <translation>印の数</translation>
  </message>
  <message>
   <source>a photo that is not in the library now</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>今ライブラリにない写真</translation>
  </message>
  <message>
   <source>made from your marks</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印から作成</translation>
  </message>
  <message>
   <source>trained on your marks</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印で訓練</translation>
  </message>
  <message>
   <source>from a file</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>ファイルから</translation>
  </message>
  <message>
   <source>{n} photo marked as the same</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚に「同じ」の印を付けました</translation>
  </message>
  <message>
   <source>{n} photos marked as the same</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚に「同じ」の印を付けました</translation>
  </message>
  <message>
   <source>{n} photo marked as something else</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚に「別」の印を付けました</translation>
  </message>
  <message>
   <source>{n} photos marked as something else</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚に「別」の印を付けました</translation>
  </message>
  <message>
   <source>The mark of {n} photo was taken back</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚の印を取り消しました</translation>
  </message>
  <message>
   <source>The marks of {n} photos were taken back</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{n} 枚の印を取り消しました</translation>
  </message>
  <message>
   <source>{n} mark</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印 {n} 件</translation>
  </message>
  <message>
   <source>{n} marks</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印 {n} 件</translation>
  </message>
  <message>
   <source>enough to learn from</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>学ぶのに十分</translation>
  </message>
  <message>
   <source>A training on {labels} was begun: {done} of {all} rounds are done. What is needed to go on takes {size}.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{labels}での学習が途中です：{all} 周のうち {done} 周が終わっています。続けるためのデータは {size} を使っています。</translation>
  </message>
  <message>
   <source>Marked photos: first hit right</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印のある写真: 最初の結果が正しい</translation>
  </message>
  <message>
   <source>Marked photos: right ones before wrong ones</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印のある写真: 正しいものが先に並ぶ度合い</translation>
  </message>
  <message>
   <source>{photos}, each with a model made without its group: {low} to {high} points (90 % interval)</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{photos}。それぞれ、そのグループを使わずに作ったモデルで測定：{low}～{high} ポイント（90 % 区間）</translation>
  </message>
  <message>
   <source>shipped with Resight</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>Resight に付属</translation>
  </message>
  <message>
   <source>Parts of your photos: found first</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>写真の一部: 最初に見つかる</translation>
  </message>
  <message>
   <source>Parts of your photos: in the first ten</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>写真の一部: 上位 10 件に入る</translation>
  </message>
  <message>
   <source>{n} more would help</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>あと {n} 件あると役立ちます</translation>
  </message>
  <message>
   <source>&amp;Undo the marks of {what}</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{what} の印を元に戻す(&amp;U)</translation>
  </message>
  <message>
   <source>marked as the same</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>同じものの印あり</translation>
  </message>
  <message>
   <source>marked as something else</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>別のものの印あり</translation>
  </message>
  <message>
   <source>Marks are about one thing. Search for one part alone to mark its hits.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印は一つのものについて付けます。結果に印を付けるには、一つの部分だけで検索してください。</translation>
  </message>
  <message>
   <source>Marks say what shows the same as the picture you search with. Search with one first.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印は、検索に使った画像と同じものが写っているかを表します。先に画像で検索してください。</translation>
  </message>
  <message>
   <source>“{a}” and “{b}” are marked as something else, but by other marks they show the same. Nothing is learnt from these photos until one of the marks is taken back.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>「{a}」と「{b}」には「別」の印がありますが、ほかの印によると同じものです。どれかの印を取り消すまで、これらの写真からは学びません。</translation>
  </message>
  <message>
   <source>Show</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>表示</translation>
  </message>
  <message>
   <source>Teach Resight</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>Resight に教える</translation>
  </message>
  <message>
   <source>Do these show the same thing?</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>同じものが写っていますか?</translation>
  </message>
  <message>
   <source>Nothing to ask just now</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>今は質問がありません</translation>
  </message>
  <message>
   <source>Resight asks about photos that it is not sure of, as soon as some are indexed. You can also mark hits of any search: Y for the same thing, N for something else.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>写真が登録されると、Resight は自信のない写真について質問します。どの検索でも結果に印を付けられます。Y は同じもの、N は別のものです。</translation>
  </message>
  <message>
   <source>They are somewhat alike.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>ある程度似ています。</translation>
  </message>
  <message>
   <source>Two models of this library do not agree on them.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>このライブラリの二つのモデルで判断が分かれています。</translation>
  </message>
  <message>
   <source>Parts of them are alike, though they are not as wholes.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>全体は似ていませんが、一部が似ています。</translation>
  </message>
  <message>
   <source>What you have marked contradicts itself here. Answer once more, and it is resolved.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>付けた印がここで食い違っています。もう一度答えると解決します。</translation>
  </message>
  <message>
   <source>A model for your photos</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>あなたの写真のためのモデル</translation>
  </message>
  <message>
   <source>Resight can learn which of your photos are alike, as far as your marks prove that it helps. You decide whether to keep what comes of it, and can always go back.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>Resight は、どの写真が似ているかを学べます。役立つかどうかは印で確かめます。できたモデルを使うかどうかはあなたが決め、いつでも元に戻せます。</translation>
  </message>
  <message>
   <source>&amp;Make a better model</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>よりよいモデルを作る(&amp;M)</translation>
  </message>
  <message>
   <source>Searches go on meanwhile.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>その間も検索できます。</translation>
  </message>
  <message>
   <source>&amp;Train longer</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>長く学習する(&amp;T)</translation>
  </message>
  <message>
   <source>&amp;Go on training</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>学習を続ける(&amp;G)</translation>
  </message>
  <message>
   <source>Train the network itself: it may learn more, but takes hours without a graphics card</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>ネットワークそのものを学習させます。より多くを学べることがありますが、グラフィックスカードがないと数時間かかります</translation>
  </message>
  <message>
   <source>Searches and new photos go on meanwhile. Without a graphics card this takes hours. Stop it at any time: it goes on where it was.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>その間も検索と新しい写真の取り込みは続きます。グラフィックスカードがないと数時間かかります。いつでも停止でき、あとで続きから再開します。</translation>
  </message>
  <message>
   <source>&amp;Forget the training</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>学習を破棄(&amp;F)</translation>
  </message>
  <message>
   <source>It does not find more of what you have marked for certain. Nothing has changed; more marks may help.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印を付けたものが確実によく見つかるとは言えません。何も変わっていません。印を増やすとよいかもしれません。</translation>
  </message>
  <message>
   <source>It finds less among your other photos. Nothing has changed.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>ほかの写真が見つかりにくくなります。何も変わっていません。</translation>
  </message>
  <message>
   <source>It finds more of what you have marked.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>印を付けたものがよりよく見つかります。</translation>
  </message>
  <message>
   <source>Stopped. Nothing has changed.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>停止しました。何も変わっていません。</translation>
  </message>
  <message>
   <source>The training was forgotten. Nothing else has changed.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>学習を破棄しました。ほかは何も変わっていません。</translation>
  </message>
  <message>
   <source>The new model is in use. The former one is kept below.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>新しいモデルを使っています。前のモデルは下に残っています。</translation>
  </message>
  <message>
   <source>Before</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>前</translation>
  </message>
  <message>
   <source>After</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>後</translation>
  </message>
  <message>
   <source>What moved most: the lower photo’s place in a search with the upper one, before and after</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>最も動いたもの：上の写真で検索したときの、下の写真の順位（前 → 後）</translation>
  </message>
  <message>
   <source>&amp;Discard</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>破棄(&amp;D)</translation>
  </message>
  <message>
   <source>Models of this library</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>このライブラリのモデル</translation>
  </message>
  <message>
   <source>in use</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>使用中</translation>
  </message>
  <message>
   <source>its file is missing</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>ファイルがありません</translation>
  </message>
  <message>
   <source>Remove the model “{name}”?</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>モデル「{name}」を削除しますか?</translation>
  </message>
  <message>
   <source>Its {size} are freed. It can be made again by teaching Resight, or taken from a file.</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>{size} が空きます。Resight に教えて作り直すか、ファイルから取り込むことができます。</translation>
  </message>
  <message>
   <source>Model saved as {name}</source>
   <extracomment>app.teaching_texts</extracomment>
   <translation>モデルを {name} に保存しました</translation>
  </message>
  <message>
   <source>cannot be found now</source>
   <extracomment>app.texts</extracomment>
   <translation>今は見つかりません</translation>
  </message>
  <message>
   <source>{photos} in “{name}” cannot be found any more. That may be a mistake, so it is kept for now, and can still be searched.</source>
   <extracomment>app.texts</extracomment>
   <translation>「{name}」の {photos}が見つかりません。何かの間違いかもしれないので、当面は残してあり、検索もできます。</translation>
  </message>
  <message>
   <source>{photos} in “{name}” cannot be found any more. That may be a mistake, so they are kept for now, and can still be searched.</source>
   <extracomment>app.texts</extracomment>
   <translation>「{name}」の {photos}が見つかりません。何かの間違いかもしれないので、当面は残してあり、検索もできます。</translation>
  </message>
  <message>
   <source>a few seconds left</source>
   <extracomment>app.texts</extracomment>
   <translation>あと数秒</translation>
  </message>
  <message>
   <source>about {hours} h {minutes} min left</source>
   <extracomment>app.texts</extracomment>
   <translation>あと約 {hours} 時間 {minutes} 分</translation>
  </message>
  <message>
   <source>about {hours} h left</source>
   <extracomment>app.texts</extracomment>
   <translation>あと約 {hours} 時間</translation>
  </message>
  <message>
   <source>A graphics card is the fastest way there is.</source>
   <extracomment>app.texts</extracomment>
   <translation>グラフィックスカードが最も速い方法です。</translation>
  </message>
  <message>
   <source>The fastest way on this processor. A graphics card of NVIDIA is used if there is one that can be, unless Resight was told otherwise.</source>
   <extracomment>app.texts</extracomment>
   <translation>このプロセッサーで最も速い方法です。使える NVIDIA のグラフィックスカードがあれば、特に指定がない限りそれを使います。</translation>
  </message>
  <message>
   <source>{n} photo</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚</translation>
  </message>
  <message>
   <source>{n} photos</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚</translation>
  </message>
  <message>
   <source>{n} label</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 個のラベル</translation>
  </message>
  <message>
   <source>{n} labels</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 個のラベル</translation>
  </message>
  <message>
   <source>{n} group</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 組</translation>
  </message>
  <message>
   <source>{n} groups</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 組</translation>
  </message>
  <message>
   <source>{n} problem</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 件の問題</translation>
  </message>
  <message>
   <source>{n} problems</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 件の問題</translation>
  </message>
  <message>
   <source>{n} s</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 秒</translation>
  </message>
  <message>
   <source>in {place}</source>
   <extracomment>app.texts</extracomment>
   <translation>{place} を処理中</translation>
  </message>
  <message>
   <source>Searched {n} of {total} in {time}</source>
   <extracomment>app.texts</extracomment>
   <translation>{total} 枚中 {n} 枚を {time}で検索</translation>
  </message>
  <message>
   <source>{n} hit</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 件</translation>
  </message>
  <message>
   <source>{n} hits</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 件</translation>
  </message>
  <message>
   <source>Path copied</source>
   <extracomment>app.texts</extracomment>
   <translation>パスをコピーしました</translation>
  </message>
  <message>
   <source>{n} paths copied</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 個のパスをコピーしました</translation>
  </message>
  <message>
   <source>Photo copied</source>
   <extracomment>app.texts</extracomment>
   <translation>写真をコピーしました</translation>
  </message>
  <message>
   <source>{n} photos copied</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚の写真をコピーしました</translation>
  </message>
  <message>
   <source>{n} of {photos} indexed</source>
   <extracomment>app.texts</extracomment>
   <translation>{photos}中 {n} 枚が索引済み</translation>
  </message>
  <message>
   <source>Resight has stopped</source>
   <extracomment>app.texts</extracomment>
   <translation>Resight が停止しました</translation>
  </message>
  <message>
   <source>Start it again to go on.</source>
   <extracomment>app.texts</extracomment>
   <translation>続けるには、もう一度起動してください。</translation>
  </message>
  <message>
   <source>Resight cannot go on</source>
   <extracomment>app.texts</extracomment>
   <translation>Resight は続けられません</translation>
  </message>
  <message>
   <source>about {seconds} s left</source>
   <extracomment>app.texts</extracomment>
   <translation>あと約 {seconds} 秒</translation>
  </message>
  <message>
   <source>about {minutes} min left</source>
   <extracomment>app.texts</extracomment>
   <translation>あと約 {minutes} 分</translation>
  </message>
  <message>
   <source>{n} ms</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} ミリ秒</translation>
  </message>
  <message>
   <source>{photos} indexed</source>
   <extracomment>app.texts</extracomment>
   <translation>{photos}が索引済み</translation>
  </message>
  <message>
   <source>on “{drive}”, which is not connected</source>
   <extracomment>app.texts</extracomment>
   <translation>「{drive}」にありますが、接続されていません</translation>
  </message>
  <message>
   <source>RAW + JPEG, with {names}</source>
   <extracomment>app.texts</extracomment>
   <translation>RAW + JPEG ({names} も)</translation>
  </message>
  <message>
   <source>On the drive “{drive}”.</source>
   <extracomment>app.texts</extracomment>
   <translation>ドライブ「{drive}」にあります。</translation>
  </message>
  <message>
   <source>{n} photos/s</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚/秒</translation>
  </message>
  <message>
   <source>epoch {n}</source>
   <extracomment>app.texts</extracomment>
   <translation>エポック {n}</translation>
  </message>
  <message>
   <source>loss {n}</source>
   <extracomment>app.texts</extracomment>
   <translation>損失 {n}</translation>
  </message>
  <message>
   <source>{n} left out as marked</source>
   <extracomment>app.texts</extracomment>
   <translation>印により {n} 件を除外</translation>
  </message>
  <message>
   <source>{n} not found</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚が見つかりません</translation>
  </message>
  <message>
   <source>{n} moved</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚が移動</translation>
  </message>
  <message>
   <source>{n} gone</source>
   <extracomment>app.texts</extracomment>
   <translation>{n} 枚が消失</translation>
  </message>
  <message>
   <source>Resight</source>
   <extracomment>app.texts</extracomment>
   <translation>Resight</translation>
  </message>
  <message>
   <source>Nothing leaves this computer.</source>
   <extracomment>app.texts</extracomment>
   <translation>何もこのコンピューターの外に出ません。</translation>
  </message>
  <message>
   <source>Find a photo by showing a picture of it</source>
   <extracomment>app.texts</extracomment>
   <translation>画像を見せて写真を探す</translation>
  </message>
  <message>
   <source>Add your photo folders, then drop in a picture to see where else you have it.</source>
   <extracomment>app.texts</extracomment>
   <translation>写真のフォルダーを追加して、画像をドロップすると、ほかにどこにあるかがわかります。</translation>
  </message>
  <message>
   <source>Drop a folder here to add it</source>
   <extracomment>app.texts</extracomment>
   <translation>フォルダーをここにドロップして追加</translation>
  </message>
  <message>
   <source>or a picture to search with it</source>
   <extracomment>app.texts</extracomment>
   <translation>または、画像をドロップして検索</translation>
  </message>
  <message>
   <source>Try with sample photos</source>
   <extracomment>app.texts</extracomment>
   <translation>見本の写真で試す</translation>
  </message>
  <message>
   <source>Sample photos</source>
   <extracomment>app.texts</extracomment>
   <translation>見本の写真</translation>
  </message>
  <message>
   <source>These are sample photos that come with Resight. Draw another box, or drop in any picture.</source>
   <extracomment>app.texts</extracomment>
   <translation>これは Resight に付いている見本の写真です。別の枠を描くか、ほかの画像をドロップしてください。</translation>
  </message>
  <message>
   <source>The sample photos belong to Resight and stay where they are.</source>
   <extracomment>app.texts</extracomment>
   <translation>見本の写真は Resight の一部なので、そのまま残ります。</translation>
  </message>
  <message>
   <source>What are you looking for?</source>
   <extracomment>app.texts</extracomment>
   <translation>何をお探しですか?</translation>
  </message>
  <message>
   <source>Drop a picture anywhere in this window, open one (Ctrl+O), or paste one (Ctrl+V).</source>
   <extracomment>app.texts</extracomment>
   <translation>このウィンドウのどこかに画像をドロップするか、開く (Ctrl+O) か、貼り付け (Ctrl+V) てください。</translation>
  </message>
  <message>
   <source>Then draw a box round one thing in it to look for just that.</source>
   <extracomment>app.texts</extracomment>
   <translation>そのあと、一つのものを枠で囲むと、それだけを探せます。</translation>
  </message>
  <message>
   <source>No photos are indexed yet. Results appear as soon as the first folder is done.</source>
   <extracomment>app.texts</extracomment>
   <translation>まだ索引に写真がありません。最初のフォルダーが終わりしだい、結果が出ます。</translation>
  </message>
  <message>
   <source>Nothing found</source>
   <extracomment>app.texts</extracomment>
   <translation>見つかりませんでした</translation>
  </message>
  <message>
   <source>Draw a larger box, or search with the whole picture.</source>
   <extracomment>app.texts</extracomment>
   <translation>枠を大きくするか、画像全体で検索してみてください。</translation>
  </message>
  <message>
   <source>Add the folder the photo may be in.</source>
   <extracomment>app.texts</extracomment>
   <translation>写真がありそうなフォルダーを追加してください。</translation>
  </message>
  <message>
   <source>Ask why a photo you expected was not found (Ctrl+Shift+F).</source>
   <extracomment>app.texts</extracomment>
   <translation>見つかるはずの写真が見つからない理由を調べてください (Ctrl+Shift+F)。</translation>
  </message>
  <message>
   <source>No photos to search yet</source>
   <extracomment>app.texts</extracomment>
   <translation>検索できる写真がまだありません</translation>
  </message>
  <message>
   <source>As soon as photos are indexed, this picture is searched for by itself.</source>
   <extracomment>app.texts</extracomment>
   <translation>写真の索引ができしだい、この画像を自動で検索します。</translation>
  </message>
  <message>
   <source>This picture cannot be searched for</source>
   <extracomment>app.texts</extracomment>
   <translation>この画像では検索できません</translation>
  </message>
  <message>
   <source>Finishing…</source>
   <extracomment>app.texts</extracomment>
   <translation>終了処理中…</translation>
  </message>
  <message>
   <source>Saving what has been done. Indexing goes on next time.</source>
   <extracomment>app.texts</extracomment>
   <translation>これまでの結果を保存しています。索引の作成は次回続けます。</translation>
  </message>
  <message>
   <source>Starting…</source>
   <extracomment>app.texts</extracomment>
   <translation>起動中…</translation>
  </message>
  <message>
   <source>Searching…</source>
   <extracomment>app.texts</extracomment>
   <translation>検索中…</translation>
  </message>
  <message>
   <source>estimating time left</source>
   <extracomment>app.texts</extracomment>
   <translation>残り時間を計算中</translation>
  </message>
  <message>
   <source>Paused</source>
   <extracomment>app.texts</extracomment>
   <translation>一時停止中</translation>
  </message>
  <message>
   <source>Waiting: on battery</source>
   <extracomment>app.texts</extracomment>
   <translation>待機中: バッテリー駆動</translation>
  </message>
  <message>
   <source>Waiting until you take a break</source>
   <extracomment>app.texts</extracomment>
   <translation>使われていない時間を待っています</translation>
  </message>
  <message>
   <source>Getting ready…</source>
   <extracomment>app.texts</extracomment>
   <translation>準備しています…</translation>
  </message>
  <message>
   <source>What pictures are analysed with</source>
   <extracomment>app.texts</extracomment>
   <translation>画像の分析に使っているもの</translation>
  </message>
  <message>
   <source>waiting to be indexed</source>
   <extracomment>app.texts</extracomment>
   <translation>索引の作成待ち</translation>
  </message>
  <message>
   <source>Something went wrong inside Resight. It goes on; the details are in the log (Help, Show log).</source>
   <extracomment>app.texts</extracomment>
   <translation>Resight の内部で問題が起きました。動作は続きます。詳しくはログをご覧ください (ヘルプ、ログを表示)。</translation>
  </message>
  <message>
   <source>Resight may not write to {folder}: your settings and its log are not kept.</source>
   <extracomment>app.texts</extracomment>
   <translation>{folder} に書き込めません。設定とログは保存されません。</translation>
  </message>
  <message>
   <source>Quit</source>
   <extracomment>app.texts</extracomment>
   <translation>終了</translation>
  </message>
  <message>
   <source>Leave out</source>
   <extracomment>app.texts</extracomment>
   <translation>除外</translation>
  </message>
  <message>
   <source>What is left out is forgotten, also if it is in the library already. The photos themselves are not touched.</source>
   <extracomment>app.texts</extracomment>
   <translation>除外したものは、すでにライブラリにあっても忘れられます。写真そのものには触れません。</translation>
  </message>
  <message>
   <source>Keep them</source>
   <extracomment>app.texts</extracomment>
   <translation>残しておく</translation>
  </message>
  <message>
   <source>They are really gone</source>
   <extracomment>app.texts</extracomment>
   <translation>本当になくなった</translation>
  </message>
  <message>
   <source>Remove “{name}” from Resight?</source>
   <extracomment>app.texts</extracomment>
   <translation>「{name}」を Resight から外しますか?</translation>
  </message>
  <message>
   <source>Resight forgets what it knows about this folder. The photos themselves are not touched.</source>
   <extracomment>app.texts</extracomment>
   <translation>このフォルダーについて知っていることを忘れます。写真そのものには触れません。</translation>
  </message>
  <message>
   <source>Add “{name}” to your library?</source>
   <extracomment>app.texts</extracomment>
   <translation>「{name}」をライブラリに追加しますか?</translation>
  </message>
  <message>
   <source>Resight looks at the photos in it and its subfolders. It only reads them.</source>
   <extracomment>app.texts</extracomment>
   <translation>このフォルダーとサブフォルダーの写真を調べます。読むだけです。</translation>
  </message>
  <message>
   <source>That is neither a picture file nor a folder.</source>
   <extracomment>app.texts</extracomment>
   <translation>それは画像ファイルでもフォルダーでもありません。</translation>
  </message>
  <message>
   <source>Every photo found could be read.</source>
   <extracomment>app.texts</extracomment>
   <translation>見つかった写真はすべて読めました。</translation>
  </message>
  <message>
   <source>cannot be read</source>
   <extracomment>app.texts</extracomment>
   <translation>読めません</translation>
  </message>
  <message>
   <source>Stopping…</source>
   <extracomment>app.texts</extracomment>
   <translation>中止中…</translation>
  </message>
  <message>
   <source>That could not be done</source>
   <extracomment>app.texts</extracomment>
   <translation>実行できませんでした</translation>
  </message>
  <message>
   <source>This system has no chooser of programs. Show the photo in its folder, and open it from there.</source>
   <extracomment>app.texts</extracomment>
   <translation>このシステムではプログラムを選べません。写真をフォルダーで表示し、そこから開いてください。</translation>
  </message>
  <message>
   <source>no picture yet</source>
   <extracomment>app.texts</extracomment>
   <translation>画像はまだありません</translation>
  </message>
  <message>
   <source>Picture copied</source>
   <extracomment>app.texts</extracomment>
   <translation>画像をコピーしました</translation>
  </message>
  <message>
   <source>“{name}” cannot be opened. It may have been moved, or its drive is not connected.</source>
   <extracomment>app.texts</extracomment>
   <translation>「{name}」を開けません。移動されたか、ドライブが接続されていないのかもしれません。</translation>
  </message>
  <message>
   <source>Preparing</source>
   <extracomment>app.texts</extracomment>
   <translation>準備中</translation>
  </message>
  <message>
   <source>Finding photos</source>
   <extracomment>app.texts</extracomment>
   <translation>写真を探しています</translation>
  </message>
  <message>
   <source>Analysing</source>
   <extracomment>app.texts</extracomment>
   <translation>分析中</translation>
  </message>
  <message>
   <source>Saving</source>
   <extracomment>app.texts</extracomment>
   <translation>保存中</translation>
  </message>
  <message>
   <source>Checking</source>
   <extracomment>app.texts</extracomment>
   <translation>点検中</translation>
  </message>
  <message>
   <source>Comparing</source>
   <extracomment>app.texts</extracomment>
   <translation>比較中</translation>
  </message>
  <message>
   <source>Copying</source>
   <extracomment>app.texts</extracomment>
   <translation>コピー中</translation>
  </message>
  <message>
   <source>Moving</source>
   <extracomment>app.texts</extracomment>
   <translation>移動中</translation>
  </message>
  <message>
   <source>Measuring</source>
   <extracomment>app.texts</extracomment>
   <translation>測定中</translation>
  </message>
  <message>
   <source>Training</source>
   <extracomment>app.texts</extracomment>
   <translation>学習中</translation>
  </message>
  <message>
   <source>not connected</source>
   <extracomment>app.texts</extracomment>
   <translation>未接続</translation>
  </message>
  <message>
   <source>RAW + JPEG</source>
   <extracomment>app.texts</extracomment>
   <translation>RAW + JPEG</translation>
  </message>
  <message>
   <source>another drive is in its place</source>
   <extracomment>app.texts</extracomment>
   <translation>別のドライブが接続されています</translation>
  </message>
  <message>
   <source>does not answer</source>
   <extracomment>app.texts</extracomment>
   <translation>応答がありません</translation>
  </message>
  <message>
   <source>Changes are noticed at once.</source>
   <extracomment>app.texts</extracomment>
   <translation>変更にすぐ気づきます。</translation>
  </message>
  <message>
   <source>Looked through every minute for changes.</source>
   <extracomment>app.texts</extracomment>
   <translation>1 分ごとに変更を調べます。</translation>
  </message>
  <message>
   <source>The library cannot be used</source>
   <extracomment>app.texts</extracomment>
   <translation>ライブラリを使えません</translation>
  </message>
  <message>
   <source>This library is already open</source>
   <extracomment>app.texts</extracomment>
   <translation>このライブラリはすでに開いています</translation>
  </message>
  <message>
   <source>This library is from a newer Resight</source>
   <extracomment>app.texts</extracomment>
   <translation>このライブラリは新しい版の Resight のものです</translation>
  </message>
  <message>
   <source>The disk is full</source>
   <extracomment>app.texts</extracomment>
   <translation>ディスクがいっぱいです</translation>
  </message>
  <message>
   <source>The model cannot be loaded</source>
   <extracomment>app.texts</extracomment>
   <translation>モデルを読み込めません</translation>
  </message>
  <message>
   <source>The processor or graphics card cannot be used</source>
   <extracomment>app.texts</extracomment>
   <translation>プロセッサーまたはグラフィックスカードを使えません</translation>
  </message>
  <message>
   <source>&amp;Choose a photo…</source>
   <extracomment>app.why_not</extracomment>
   <translation>写真を選ぶ(&amp;C)…</translation>
  </message>
  <message>
   <source>The file belongs to another program or has lost its header.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>ファイルが別のプログラムのものか、ヘッダーが失われています。</translation>
  </message>
  <message>
   <source>There is something else in its place.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>その場所に別のものがあります。</translation>
  </message>
  <message>
   <source>The file is not a catalogue.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>カタログのファイルではありません。</translation>
  </message>
  <message>
   <source>{1} row {2} points at a missing {3}</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>{1} の {2} 行目が、存在しない {3} を指しています</translation>
  </message>
  <message>
   <source>The catalogue of this library is damaged: {1}. {2} Your photos are untouched, and nothing has been deleted.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>このライブラリのカタログが壊れています: {1}。{2} 写真は無事で、何も削除されていません。</translation>
  </message>
  <message>
   <source>Its content is broken.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>中身が壊れています。</translation>
  </message>
  <message>
   <source>Another program is working in the library {1}. Close it, then try again.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>別のプログラムがライブラリ {1} を使っています。それを閉じてから、もう一度試してください。</translation>
  </message>
  <message>
   <source>Resight may not write to {1}. Choose another library folder or change its permissions.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>{1} に書き込めません。別のライブラリフォルダーを選ぶか、アクセス権を変えてください。</translation>
  </message>
  <message>
   <source>The disk reported an error at {1}. Check the disk, then start Resight again.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>{1} でディスクのエラーが起きました。ディスクを確認してから、Resight を起動し直してください。</translation>
  </message>
  <message>
   <source>The catalogue refused a change that does not fit what it holds. Check the library.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>カタログの内容に合わない変更が拒否されました。ライブラリを点検してください。</translation>
  </message>
  <message>
   <source>The library is closed.</source>
   <extracomment>engine.catalogue_file</extracomment>
   <translation>ライブラリは閉じています。</translation>
  </message>
  <message>
   <source>The catalogue is damaged ({1}). Restore a backup of it.</source>
   <extracomment>engine.check</extracomment>
   <translation>カタログが壊れています ({1})。バックアップを復元してください。</translation>
  </message>
  <message>
   <source>{1} photos count as indexed, but nothing is known of their content.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 枚の写真が索引済みとされていますが、中身の情報がありません。</translation>
  </message>
  <message>
   <source>{1} contents belong to no photo any more.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 件の中身が、どの写真のものでもなくなっています。</translation>
  </message>
  <message>
   <source>The counts of photos do not agree with the photos.</source>
   <extracomment>engine.check</extracomment>
   <translation>写真の数が実際と合いません。</translation>
  </message>
  <message>
   <source>{1} descriptors are damaged.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 個の特徴量が壊れています。</translation>
  </message>
  <message>
   <source>The codes of parts of {1} photos are damaged.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 枚の写真の部分コードが壊れています。</translation>
  </message>
  <message>
   <source>The codes of parts of photos in use are not those of the catalogue.</source>
   <extracomment>engine.check</extracomment>
   <translation>使用中の部分コードがカタログのものと違います。</translation>
  </message>
  <message>
   <source>{1} descriptors are missing in the search index.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 個の特徴量が検索索引にありません。</translation>
  </message>
  <message>
   <source>{1} entries of the search index belong to no descriptor.</source>
   <extracomment>engine.check</extracomment>
   <translation>検索索引の {1} 件が、どの特徴量のものでもありません。</translation>
  </message>
  <message>
   <source>{1} unfinished files are left of a run that was interrupted.</source>
   <extracomment>engine.check</extracomment>
   <translation>中断された作業の未完成ファイルが {1} 個残っています。</translation>
  </message>
  <message>
   <source>{1} unfinished files were deleted.</source>
   <extracomment>engine.check</extracomment>
   <translation>未完成のファイルを {1} 個削除しました。</translation>
  </message>
  <message>
   <source>Photos, contents and counts agree again.</source>
   <extracomment>engine.check</extracomment>
   <translation>写真、中身、数が再び一致しました。</translation>
  </message>
  <message>
   <source>{1} damaged descriptors were deleted. Update the folders to make them again.</source>
   <extracomment>engine.check</extracomment>
   <translation>壊れた特徴量を {1} 個削除しました。作り直すには、フォルダーを更新してください。</translation>
  </message>
  <message>
   <source>The search index was made again.</source>
   <extracomment>engine.check</extracomment>
   <translation>検索索引を作り直しました。</translation>
  </message>
  <message>
   <source>The codes of parts of {1} photos were deleted. Update the folders to make them again.</source>
   <extracomment>engine.check</extracomment>
   <translation>{1} 枚の写真の部分コードを削除しました。作り直すには、フォルダーを更新してください。</translation>
  </message>
  <message>
   <source>The codes of parts of photos were read again.</source>
   <extracomment>engine.check</extracomment>
   <translation>写真の部分コードを読み直しました。</translation>
  </message>
  <message>
   <source>The picture could not be prepared for a closer look.</source>
   <extracomment>engine.closely</extracomment>
   <translation>詳しく比べるための準備ができませんでした。</translation>
  </message>
  <message>
   <source>This library was opened for searching only.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>このライブラリは検索専用で開かれています。</translation>
  </message>
  <message>
   <source>This collection is not there any more.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>このコレクションはもうありません。</translation>
  </message>
  <message>
   <source>A collection needs a picture to search with.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>コレクションには検索に使う画像が必要です。</translation>
  </message>
  <message>
   <source>This photo is no longer in the library. Search again to see what is.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>この写真はもうライブラリにありません。検索し直してください。</translation>
  </message>
  <message>
   <source>There is a collection “{1}” already. Choose another name.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>「{1}」というコレクションはすでにあります。別の名前にしてください。</translation>
  </message>
  <message>
   <source>Give the collection a name.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>コレクションに名前を付けてください。</translation>
  </message>
  <message>
   <source>A name has no more than {1} signs, all of which can be seen.</source>
   <extracomment>engine.collecting</extracomment>
   <translation>名前は目に見える文字で {1} 字までです。</translation>
  </message>
  <message>
   <source>It is gone, but {1} is still there.</source>
   <extracomment>engine.database</extracomment>
   <translation>なくなっていますが、{1} はまだあります。</translation>
  </message>
  <message>
   <source>There is no library at {1} yet. Add a folder of photos first.</source>
   <extracomment>engine.database</extracomment>
   <translation>{1} にはまだライブラリがありません。先に写真のフォルダーを追加してください。</translation>
  </message>
  <message>
   <source>This library was written by a newer Resight. Install the newest Resight to open it.</source>
   <extracomment>engine.database</extracomment>
   <translation>このライブラリは新しい版の Resight で書かれました。開くには、最新の Resight をインストールしてください。</translation>
  </message>
  <message>
   <source>This library is of an older Resight. Open it once in the window to bring it up to date.</source>
   <extracomment>engine.database</extracomment>
   <translation>このライブラリは古い版の Resight のものです。一度ウィンドウで開いて更新してください。</translation>
  </message>
  <message>
   <source>unknown pixel mode</source>
   <extracomment>engine.decode</extracomment>
   <translation>未知の画素形式</translation>
  </message>
  <message>
   <source>no decoding plugin</source>
   <extracomment>engine.decode</extracomment>
   <translation>デコードの部品がない</translation>
  </message>
  <message>
   <source>a rare kind of {1}</source>
   <extracomment>engine.decode</extracomment>
   <translation>珍しい種類の {1}</translation>
  </message>
  <message>
   <source>Decoding failed: {1}.</source>
   <extracomment>engine.decoder_process</extracomment>
   <translation>デコードに失敗しました: {1}。</translation>
  </message>
  <message>
   <source>Resight is closing; this file was not read any more.</source>
   <extracomment>engine.decoders</extracomment>
   <translation>Resight の終了中のため、このファイルは読まれませんでした。</translation>
  </message>
  <message>
   <source>The helper program that reads photos cannot be started. Start Resight again, or reinstall it.</source>
   <extracomment>engine.decoders</extracomment>
   <translation>写真を読む補助プログラムを起動できません。Resight を起動し直すか、再インストールしてください。</translation>
  </message>
  <message>
   <source>There is no device “{1}”: choose auto, cpu, torch or cuda.</source>
   <extracomment>engine.describe</extracomment>
   <translation>デバイス「{1}」はありません。auto、cpu、torch、cuda のどれかを選んでください。</translation>
  </message>
  <message>
   <source>The GPU cannot be used: {1}.</source>
   <extracomment>engine.describe</extracomment>
   <translation>GPU を使えません: {1}。</translation>
  </message>
  <message>
   <source>This computer has an NVIDIA GPU, but it cannot be used because {1}. Resight works on the processor instead, which is slower.</source>
   <extracomment>engine.describe</extracomment>
   <translation>このコンピューターには NVIDIA の GPU がありますが、使えません ({1})。代わりにプロセッサーで動作するため、遅くなります。</translation>
  </message>
  <message>
   <source>the installed PyTorch was made without CUDA</source>
   <extracomment>engine.describe</extracomment>
   <translation>インストールされている PyTorch は CUDA なしで作られています</translation>
  </message>
  <message>
   <source>PyTorch does not work with the installed driver (a newer driver may help)</source>
   <extracomment>engine.describe</extracomment>
   <translation>PyTorch がインストール済みのドライバーで動きません (新しいドライバーで直るかもしれません)</translation>
  </message>
  <message>
   <source>it failed a first test (is its memory taken by another program?)</source>
   <extracomment>engine.describe</extracomment>
   <translation>最初のテストに失敗しました (メモリーがほかのプログラムに使われていませんか?)</translation>
  </message>
  <message>
   <source>The fast way to compute on this processor could not be prepared, so Resight uses a slower one. Searching works as usual; indexing takes about three times as long.</source>
   <extracomment>engine.describe</extracomment>
   <translation>このプロセッサーでの速い計算方法を準備できなかったため、遅い方法を使います。検索は普段どおりですが、索引の作成には約 3 倍の時間がかかります。</translation>
  </message>
  <message>
   <source>The network gave an answer that makes no sense, so nothing was saved. Try again with the device “cpu”.</source>
   <extracomment>engine.describe</extracomment>
   <translation>ネットワークの答えが意味をなさないため、何も保存しませんでした。デバイス「cpu」でもう一度試してください。</translation>
  </message>
  <message>
   <source>The picture could not be prepared for searching. Try another one.</source>
   <extracomment>engine.describing</extracomment>
   <translation>この画像は検索の準備ができませんでした。別の画像を試してください。</translation>
  </message>
  <message>
   <source>The model {1} does not fit this library: its descriptors have another length.</source>
   <extracomment>engine.descriptors</extracomment>
   <translation>モデル {1} はこのライブラリに合いません。特徴量の長さが違います。</translation>
  </message>
  <message>
   <source>its driver is not installed</source>
   <extracomment>engine.device</extracomment>
   <translation>ドライバーがインストールされていません</translation>
  </message>
  <message>
   <source>its driver answered with error {1}</source>
   <extracomment>engine.device</extracomment>
   <translation>ドライバーがエラー {1} を返しました</translation>
  </message>
  <message>
   <source>{1} does not lie in a folder of the library, so nothing is known of its photos.</source>
   <extracomment>engine.duplicates</extracomment>
   <translation>{1} はライブラリのフォルダーの中にないため、その写真については何も分かりません。</translation>
  </message>
  <message>
   <source>{1} is a folder of the library itself. To leave it out, remove it from the library.</source>
   <extracomment>engine.excluded</extracomment>
   <translation>{1} はライブラリのフォルダーそのものです。除外するには、ライブラリから外してください。</translation>
  </message>
  <message>
   <source>{1} does not lie in a folder of the library, so it cannot be left out of one.</source>
   <extracomment>engine.excluded</extracomment>
   <translation>{1} はライブラリのフォルダーの中にないので、除外できません。</translation>
  </message>
  <message>
   <source>The library {1} lies on a network share ({2}), where a library gets damaged sooner or later. Choose a folder on a disk of this computer; the photos themselves may lie anywhere.</source>
   <extracomment>engine.filesystems</extracomment>
   <translation>ライブラリ {1} はネットワーク共有 ({2}) にあり、いずれ壊れます。このコンピューターのディスクのフォルダーを選んでください。写真そのものはどこにあってもかまいません。</translation>
  </message>
  <message>
   <source>The folder {1} is not in this library.</source>
   <extracomment>engine.folders</extracomment>
   <translation>フォルダー {1} はこのライブラリにありません。</translation>
  </message>
  <message>
   <source>This folder is no longer in the library.</source>
   <extracomment>engine.folders</extracomment>
   <translation>このフォルダーはもうライブラリにありません。</translation>
  </message>
  <message>
   <source>Resight may not read the folder {1}. Change its permissions or choose another.</source>
   <extracomment>engine.folders</extracomment>
   <translation>フォルダー {1} を読めません。アクセス権を変えるか、別のフォルダーを選んでください。</translation>
  </message>
  <message>
   <source>There is no folder {1}. Check the name and that its drive is connected.</source>
   <extracomment>engine.folders</extracomment>
   <translation>フォルダー {1} がありません。名前と、ドライブが接続されているかを確認してください。</translation>
  </message>
  <message>
   <source>{1} is a file, not a folder. Choose the folder it lies in.</source>
   <extracomment>engine.folders</extracomment>
   <translation>{1} はフォルダーではなくファイルです。それが入っているフォルダーを選んでください。</translation>
  </message>
  <message>
   <source>The weights in the model “{1}” do not fit its description. Get the file again.</source>
   <extracomment>engine.generations</extracomment>
   <translation>モデル「{1}」の重みが説明と合いません。ファイルを入手し直してください。</translation>
  </message>
  <message>
   <source>There is a file {1} already. Choose another name.</source>
   <extracomment>engine.generations</extracomment>
   <translation>ファイル {1} はすでにあります。別の名前を選んでください。</translation>
  </message>
  <message>
   <source>The model {1} is in use. Use another one first.</source>
   <extracomment>engine.generations</extracomment>
   <translation>モデル {1} は使用中です。先に別のモデルに切り替えてください。</translation>
  </message>
  <message>
   <source>The search index is being made. Searching works meanwhile.</source>
   <extracomment>engine.index</extracomment>
   <translation>検索索引を作成中です。その間も検索できます。</translation>
  </message>
  <message>
   <source>The search index has to be made again from the catalogue. Searching works meanwhile.</source>
   <extracomment>engine.index</extracomment>
   <translation>検索索引をカタログから作り直す必要があります。その間も検索できます。</translation>
  </message>
  <message>
   <source>The saved index cannot be used: {1}.</source>
   <extracomment>engine.index</extracomment>
   <translation>保存された索引を使えません: {1}。</translation>
  </message>
  <message>
   <source>{1} cannot be reached, or is empty although it held photos. Connect its drive, then try again. Nothing has been removed.</source>
   <extracomment>engine.indexing</extracomment>
   <translation>{1} に届かないか、写真があったはずなのに空です。ドライブを接続してからもう一度試してください。何も取り除いていません。</translation>
  </message>
  <message>
   <source>a rare kind of JPEG XL</source>
   <extracomment>engine.jxl</extracomment>
   <translation>珍しい種類の JPEG XL</translation>
  </message>
  <message>
   <source>This is no list of labels. Its first line has to name the columns, label among them.</source>
   <extracomment>engine.label_files</extracomment>
   <translation>ラベルの一覧ではありません。最初の行に、label を含む列の名前が必要です。</translation>
  </message>
  <message>
   <source>Line {1} of the labels is no CSV.</source>
   <extracomment>engine.label_files</extracomment>
   <translation>ラベルの {1} 行目が CSV ではありません。</translation>
  </message>
  <message>
   <source>Line {1} says “{2}”: a label is either same or different.</source>
   <extracomment>engine.label_files</extracomment>
   <translation>{1} 行目に「{2}」とあります。ラベルは same か different のどちらかです。</translation>
  </message>
  <message>
   <source>Line {1} of the labels has a hash or a box that is none.</source>
   <extracomment>engine.label_files</extracomment>
   <translation>ラベルの {1} 行目のハッシュまたは枠が正しくありません。</translation>
  </message>
  <message>
   <source>Line {1} of the labels does not name two pictures, by path or by hash.</source>
   <extracomment>engine.label_files</extracomment>
   <translation>ラベルの {1} 行目が、パスまたはハッシュで 2 枚の画像を示していません。</translation>
  </message>
  <message>
   <source>Only the query may be a part of a picture; what it is compared with is whole.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>画像の一部にできるのは検索する側だけです。比べる相手は画像全体です。</translation>
  </message>
  <message>
   <source>These are copies of one file, byte for byte, so they cannot show different things.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>これらは完全に同じファイルのコピーなので、別のものではありえません。</translation>
  </message>
  <message>
   <source>{1} is too large for a list of labels.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>{1} はラベルの一覧としては大きすぎます。</translation>
  </message>
  <message>
   <source>{1} cannot be read.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>{1} を読めません。</translation>
  </message>
  <message>
   <source>Line {1} of the labels names one picture twice.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>ラベルの {1} 行目が同じ画像を 2 回示しています。</translation>
  </message>
  <message>
   <source>Line {1} of the labels names {2}, which is not in the library. Add its folder first, or name the picture by its hash.</source>
   <extracomment>engine.labelling</extracomment>
   <translation>ラベルの {1} 行目の {2} はライブラリにありません。先にフォルダーを追加するか、ハッシュで示してください。</translation>
  </message>
  <message>
   <source>There is no library at {1} now. Connect the drive it lies on.</source>
   <extracomment>engine.library</extracomment>
   <translation>今 {1} にはライブラリがありません。それがあるドライブを接続してください。</translation>
  </message>
  <message>
   <source>There is no way to compute with this model on this computer.</source>
   <extracomment>engine.model_work</extracomment>
   <translation>このコンピューターではこのモデルで計算できません。</translation>
  </message>
  <message>
   <source>{1} is not a copy of the library {2}. Nothing was deleted.</source>
   <extracomment>engine.moving</extracomment>
   <translation>{1} はライブラリ {2} のコピーではありません。何も削除していません。</translation>
  </message>
  <message>
   <source>The library in {1} cannot be moved to {2}: one lies in the other.</source>
   <extracomment>engine.moving</extracomment>
   <translation>{1} のライブラリは {2} へ移動できません。一方がもう一方の中にあります。</translation>
  </message>
  <message>
   <source>There is no folder {1}. Choose another.</source>
   <extracomment>engine.moving</extracomment>
   <translation>フォルダー {1} がありません。別のものを選んでください。</translation>
  </message>
  <message>
   <source>There is no library at {1}.</source>
   <extracomment>engine.moving</extracomment>
   <translation>{1} にライブラリがありません。</translation>
  </message>
  <message>
   <source>{1} is not empty. Choose a new or an empty folder.</source>
   <extracomment>engine.moving</extracomment>
   <translation>{1} は空ではありません。新しいフォルダーか空のフォルダーを選んでください。</translation>
  </message>
  <message>
   <source>The disk of {1} does not keep what is written to it. Choose another.</source>
   <extracomment>engine.moving</extracomment>
   <translation>{1} のディスクは書き込んだものを保持しません。別のものを選んでください。</translation>
  </message>
  <message>
   <source>{1} is empty. Copy it again from where it came from.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は空です。元の場所からコピーし直してください。</translation>
  </message>
  <message>
   <source>{1} is damaged or incomplete. Copy it again from where it came from.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は壊れているか不完全です。元の場所からコピーし直してください。</translation>
  </message>
  <message>
   <source>{1} is not a picture, whatever its name says. It is left out.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は、名前はともかく、画像ではありません。除外します。</translation>
  </message>
  <message>
   <source>{1} is a picture Resight cannot read ({2}). Save a copy as JPEG or PNG to have it found.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は Resight が読めない画像です ({2})。JPEG か PNG でコピーを保存すると、探せるようになります。</translation>
  </message>
  <message>
   <source>{1} is a picture whose format ({2}) cannot be read here. Install or update the Python package {3}, then update the folder.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} の形式 ({2}) はここでは読めません。Python パッケージ {3} をインストールまたは更新してから、フォルダーを更新してください。</translation>
  </message>
  <message>
   <source>{1} has {2} MB; Resight reads photos up to {3} MB. Save a smaller copy to have it found.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は {2} MB あります。Resight が読めるのは {3} MB までです。小さいコピーを保存すると、探せるようになります。</translation>
  </message>
  <message>
   <source>{1} is too large to be decoded safely{2}. Save a smaller copy to have it found.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は大きすぎて安全にデコードできません{2}。小さいコピーを保存すると、探せるようになります。</translation>
  </message>
  <message>
   <source>Reading {1} was given up after {2} seconds. Check the drive or the connection; if they are well, save a smaller copy.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{2} 秒たっても {1} を読めないため、あきらめました。ドライブか接続を確認してください。問題がなければ、小さいコピーを保存してください。</translation>
  </message>
  <message>
   <source>Decoding {1} failed badly, so it is left out; nothing else was lost. Save a copy as JPEG or PNG to have it found.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} のデコードがひどく失敗したため、除外しました。ほかには何も失われていません。JPEG か PNG でコピーを保存すると、探せるようになります。</translation>
  </message>
  <message>
   <source>{1} is not an ordinary file. It is left out.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は普通のファイルではありません。除外します。</translation>
  </message>
  <message>
   <source>{1} changed while it was being read. It will be tried again.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{1} は読んでいる間に変わりました。もう一度試します。</translation>
  </message>
  <message>
   <source>{0} is no longer there. If it was moved, update the folder it is in.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{0} はもうありません。移動した場合は、それがあるフォルダーを更新してください。</translation>
  </message>
  <message>
   <source>{0} may not be opened. Allow your user to read it, then update the folder.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{0} を開けません。読み取りを許可してから、フォルダーを更新してください。</translation>
  </message>
  <message>
   <source>{0} has a path too long for this system. Move it to a folder nearer to the top.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{0} のパスはこのシステムには長すぎます。もっと上のフォルダーへ移してください。</translation>
  </message>
  <message>
   <source>{0} could not be read from the disk. Check the drive or the connection, then update the folder.</source>
   <extracomment>engine.photo_errors</extracomment>
   <translation>{0} をディスクから読めませんでした。ドライブか接続を確認してから、フォルダーを更新してください。</translation>
  </message>
  <message>
   <source>a rare kind of camera raw</source>
   <extracomment>engine.raw</extracomment>
   <translation>珍しい種類のカメラ RAW</translation>
  </message>
  <message>
   <source>The codes just saved cannot be read: {1}.</source>
   <extracomment>engine.region_file</extracomment>
   <translation>保存したばかりのコードを読めません: {1}。</translation>
  </message>
  <message>
   <source>The saved codes of parts of photos are damaged.</source>
   <extracomment>engine.region_file</extracomment>
   <translation>保存された写真の部分コードが壊れています。</translation>
  </message>
  <message>
   <source>{1} is the library itself, not a backup of it.</source>
   <extracomment>engine.restoring</extracomment>
   <translation>{1} はバックアップではなく、ライブラリそのものです。</translation>
  </message>
  <message>
   <source>The backup {1} was made by a newer Resight. Install the newest Resight to restore it.</source>
   <extracomment>engine.restoring</extracomment>
   <translation>バックアップ {1} は新しい版の Resight で作られました。復元するには、最新の Resight をインストールしてください。</translation>
  </message>
  <message>
   <source>Resight may not read {1}. Change its permissions to include it.</source>
   <extracomment>engine.scan</extracomment>
   <translation>{1} を読めません。含めるには、アクセス権を変えてください。</translation>
  </message>
  <message>
   <source>{1} could not be read. Check the drive, then update the folder again.</source>
   <extracomment>engine.scan</extracomment>
   <translation>{1} を読めませんでした。ドライブを確認してから、フォルダーを更新し直してください。</translation>
  </message>
  <message>
   <source>The number of hits to show must be at least 1.</source>
   <extracomment>engine.search</extracomment>
   <translation>表示する件数は 1 以上にしてください。</translation>
  </message>
  <message>
   <source>Each part that is searched for needs a weight, a number above 0.</source>
   <extracomment>engine.search</extracomment>
   <translation>検索する部分にはそれぞれ 0 より大きい重みが必要です。</translation>
  </message>
  <message>
   <source>The file of the model {1} is not there any more, so the usual one is used.</source>
   <extracomment>engine.session</extracomment>
   <translation>モデル {1} のファイルがなくなったため、通常のモデルを使います。</translation>
  </message>
  <message>
   <source>Resight is preparing itself for this computer. This happens once and takes some seconds.</source>
   <extracomment>engine.session</extracomment>
   <translation>このコンピューター向けの準備をしています。最初の一度だけで、数秒かかります。</translation>
  </message>
  <message>
   <source>The picture could not be loaded.</source>
   <extracomment>engine.session</extracomment>
   <translation>画像を読み込めませんでした。</translation>
  </message>
  <message>
   <source>This photo is no longer in the library.</source>
   <extracomment>engine.session</extracomment>
   <translation>この写真はもうライブラリにありません。</translation>
  </message>
  <message>
   <source>The saved search index was missing or damaged.</source>
   <extracomment>engine.session</extracomment>
   <translation>保存された検索索引がないか、壊れていました。</translation>
  </message>
  <message>
   <source>SQLite finds: {1}.</source>
   <extracomment>engine.snapshots</extracomment>
   <translation>SQLite の報告: {1}。</translation>
  </message>
  <message>
   <source>There is no backup {1}.</source>
   <extracomment>engine.snapshots</extracomment>
   <translation>バックアップ {1} はありません。</translation>
  </message>
  <message>
   <source>A backup of this library is being made already.</source>
   <extracomment>engine.snapshots</extracomment>
   <translation>このライブラリのバックアップはすでに作成中です。</translation>
  </message>
  <message>
   <source>The disk of {1} cannot lock files. Choose a library folder on a local disk.</source>
   <extracomment>engine.storage</extracomment>
   <translation>{1} のディスクではファイルをロックできません。ローカルディスクのフォルダーを選んでください。</translation>
  </message>
  <message>
   <source>Another Resight is working in the library {1}. Close it first, or choose another library.</source>
   <extracomment>engine.storage</extracomment>
   <translation>別の Resight がライブラリ {1} を使っています。先にそれを閉じるか、別のライブラリを選んでください。</translation>
  </message>
  <message>
   <source>Resight may not read or write {1}. Choose another library folder or change its permissions.</source>
   <extracomment>engine.storage</extracomment>
   <translation>{1} を読み書きできません。別のライブラリフォルダーを選ぶか、アクセス権を変えてください。</translation>
  </message>
  <message>
   <source>The library needs a folder at {1}, but there is none. Choose another.</source>
   <extracomment>engine.storage</extracomment>
   <translation>ライブラリには {1} にフォルダーが必要ですが、ありません。別のものを選んでください。</translation>
  </message>
  <message>
   <source>The disk is full: {1} cannot be written. Make some room, then try again.</source>
   <extracomment>engine.storage</extracomment>
   <translation>ディスクがいっぱいで、{1} に書き込めません。空きを作ってからもう一度試してください。</translation>
  </message>
  <message>
   <source>{1} of the photos that the training learns from were moved or changed, or cannot be reached. Connect their drive and go on, or begin the training anew.</source>
   <extracomment>engine.deep</extracomment>
   <translation>学習に使う写真のうち {1} 枚が移動または変更されたか、アクセスできません。ドライブを接続して続けるか、学習を最初からやり直してください。</translation>
  </message>
  <message>
   <source>None of the photos that should prove the trained model can be read now. Connect their drive and go on.</source>
   <extracomment>engine.deep</extracomment>
   <translation>学習したモデルを確かめるための写真を、いま読み込めません。ドライブを接続して続けてください。</translation>
  </message>
  <message>
   <source>Training needs photos of at least {1} things, each marked as the same thing, and as something else than others: some are learnt from, the others prove it. Now there are {2}.</source>
   <extracomment>engine.deep_plan</extracomment>
   <translation>学習には、「同じもの」の印と、ほかとは「別のもの」の印の両方が付いた、{1} 種類以上のものの写真が必要です。一部から学び、残りで確かめるためです。いまは {2} 種類です。</translation>
  </message>
  <message>
   <source>Training was stopped, as its numbers went beyond all bounds. Nothing was kept of it, and the model in use stays.</source>
   <extracomment>engine.deep_process</extracomment>
   <translation>計算の値が範囲を超えたため、学習を停止しました。学習の結果は残っておらず、使用中のモデルはそのままです。</translation>
  </message>
  <message>
   <source>The training ended early; most often there was not enough memory for it. Close other programs and begin it once more: it goes on from the last part that was done.</source>
   <extracomment>engine.deep_process</extracomment>
   <translation>学習が途中で終了しました。多くの場合、メモリ不足が原因です。ほかのプログラムを閉じてもう一度始めると、終わったところから続きます。</translation>
  </message>
  <message>
   <source>The GPU has too little memory for this training. Let Resight use the processor.</source>
   <extracomment>engine.deep_process</extracomment>
   <translation>この学習には GPU のメモリが足りません。プロセッサーを使うようにしてください。</translation>
  </message>
  <message>
   <source>Training met an unexpected problem: {1}.</source>
   <extracomment>engine.deep_process</extracomment>
   <translation>学習中に予期しない問題が起きました：{1}。</translation>
  </message>
  <message>
   <source>The plan of this training is damaged. Begin it anew.</source>
   <extracomment>engine.deep_process</extracomment>
   <translation>この学習の計画が壊れています。最初からやり直してください。</translation>
  </message>
  <message>
   <source>Nothing is labelled yet. Mark hits of some searches as the same thing or as something else first.</source>
   <extracomment>engine.judged</extracomment>
   <translation>まだ何も印が付いていません。先に、いくつかの検索の結果に「同じもの」か「別のもの」の印を付けてください。</translation>
  </message>
  <message>
   <source>All labels say “same”. Mark some hits that show something else, too; without them nothing can be proved.</source>
   <extracomment>engine.judged</extracomment>
   <translation>すべての印が「同じ」です。別のものが写っている結果にも印を付けてください。それがないと何も確かめられません。</translation>
  </message>
  <message>
   <source>All labels say “different”. Mark some hits that show the same thing, too.</source>
   <extracomment>engine.judged</extracomment>
   <translation>すべての印が「別」です。同じものが写っている結果にも印を付けてください。</translation>
  </message>
  <message>
   <source>There are too few labels to learn from: {1} of the same thing and {2} of something else. {3} more would do.</source>
   <extracomment>engine.judged</extracomment>
   <translation>学ぶには印が少なすぎます。同じものが {1} 件、別のものが {2} 件です。あと {3} 件あれば足ります。</translation>
  </message>
  <message>
   <source>All that is labelled as the same shows one thing. Mark photos of another one, too: what is learnt from one thing has to be proved by another.</source>
   <extracomment>engine.judged</extracomment>
   <translation>「同じ」の印はどれも一つのものです。ほかのものの写真にも印を付けてください。一つのものから学んだことは、別のもので確かめる必要があります。</translation>
  </message>
  <message>
   <source>No photos are indexed yet, so there is nothing to learn from.</source>
   <extracomment>engine.material</extracomment>
   <translation>まだ写真が登録されていないため、学ぶものがありません。</translation>
  </message>
  <message>
   <source>What was marked as something else belongs to too little that was marked as the same, so nothing can be proved. Mark both among the hits of one search, for at least two different things.</source>
   <extracomment>engine.quick</extracomment>
   <translation>「別」の印が「同じ」の印とほとんど結び付いていないため、何も確かめられません。少なくとも二つのものについて、一つの検索の結果に両方の印を付けてください。</translation>
  </message>
  <message>
   <source>Its whitening was tuned by Resight with {1} labels of one library.</source>
   <extracomment>engine.run</extracomment>
   <translation>その白色化は、あるライブラリの {1} 件の印で Resight が調整しました。</translation>
  </message>
  <message>
   <source>The descriptors of this library gave numbers that make no sense. Check the library.</source>
   <extracomment>engine.whitening</extracomment>
   <translation>このライブラリの特徴量がおかしな数値になりました。ライブラリを確認してください。</translation>
  </message>
  <message>
   <source>No two photos here are alike without being copies, so there is nothing to learn from.</source>
   <extracomment>engine.whitening</extracomment>
   <translation>コピー以外に似た写真がないため、学ぶものがありません。</translation>
  </message>
  <message>
   <source>Its photos can still be found.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>その写真は引き続き探せます。</translation>
  </message>
  <message>
   <source>{0} cannot be reached now. Its photos can still be found. It comes back by itself with its drive; if it was moved, add it where it is now.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>{0} に今は届きません。その写真は引き続き探せます。ドライブが戻れば自動で元に戻ります。移動した場合は、今の場所で追加してください。</translation>
  </message>
  <message>
   <source>{0} is empty although it held photos, as if its drive were not connected. Its photos can still be found. It comes back by itself; if it was really emptied, remove it from the library.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>{0} には写真があったのに空です。ドライブが接続されていないようです。その写真は引き続き探せます。自動で元に戻りますが、本当に空にした場合は、ライブラリから外してください。</translation>
  </message>
  <message>
   <source>{0} is on another drive than before, with other photos. Its photos can still be found. It comes back by itself with its own drive; to use this one, remove the folder from the library and add it again.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>{0} は以前とは別のドライブにあり、写真も違います。元の写真は引き続き探せます。元のドライブが戻れば自動で元に戻ります。こちらを使うには、フォルダーをライブラリから外し、追加し直してください。</translation>
  </message>
  <message>
   <source>{0} does not answer. Its photos can still be found. It comes back by itself; if not, check the connection.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>{0} から応答がありません。その写真は引き続き探せます。自動で元に戻りますが、戻らなければ接続を確認してください。</translation>
  </message>
  <message>
   <source>{1} is at {2} now, and goes on being kept.</source>
   <extracomment>engine.upkeep</extracomment>
   <translation>{1} は今 {2} にあり、引き続き管理されます。</translation>
  </message>
  <message>
   <source>This system does not let Resight watch {path} for changes</source>
   <extracomment>engine.watched_roots</extracomment>
   <translation>このシステムでは {path} の変更を監視できません</translation>
  </message>
  <message>
   <source>{path} has more folders than this system lets a program watch</source>
   <extracomment>engine.watched_roots</extracomment>
   <translation>{path} のフォルダー数が、このシステムで監視できる数を超えています</translation>
  </message>
  <message>
   <source>This system lets Resight watch only a part of {path}</source>
   <extracomment>engine.watched_roots</extracomment>
   <translation>このシステムでは {path} の一部しか監視できません</translation>
  </message>
  <message>
   <source>{1}. Resight looks through it every minute instead.</source>
   <extracomment>engine.watched_roots</extracomment>
   <translation>{1}。代わりに 1 分ごとに調べます。</translation>
  </message>
  <message>
   <source> To have changes noticed at once, allow more: sudo sysctl fs.inotify.{1}</source>
   <extracomment>engine.watched_roots</extracomment>
   <translation> 変更にすぐ気づくようにするには、上限を増やしてください: sudo sysctl fs.inotify.{1}</translation>
  </message>
  <message>
   <source>Resight is closing and takes no more work.</source>
   <extracomment>engine.worker</extracomment>
   <translation>Resight は終了中のため、新しい作業を受け付けません。</translation>
  </message>
  <message>
   <source>Resight met an unexpected problem and had to stop its work. The log file has details.</source>
   <extracomment>engine.worker</extracomment>
   <translation>予期しない問題が起きたため、Resight は作業を止めました。詳しくはログファイルをご覧ください。</translation>
  </message>
  <message>
   <source>There was not enough memory for this. Close other programs and try again.</source>
   <extracomment>engine.worker</extracomment>
   <translation>メモリーが足りませんでした。ほかのプログラムを閉じて、もう一度試してください。</translation>
  </message>
  <message>
   <source>Something unexpected went wrong inside Resight. The rest goes on; the log file has details.</source>
   <extracomment>engine.worker</extracomment>
   <translation>Resight の内部で予期しない問題が起きました。ほかの動作は続きます。詳しくはログファイルをご覧ください。</translation>
  </message>
 </context>
</TS>
