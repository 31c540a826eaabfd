<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR" sourcelanguage="en_US">
<context>
    <name>Alarms</name>
    <message>
        <source>%1 of %2 are free on the node&apos;s disk.</source>
        <translation>노드의 디스크에 %2 중 %1만 남았어요.</translation>
    </message>
    <message>
        <source>Delete models and data sets you no longer need, or enlarge the disk.</source>
        <translation>필요 없는 모델과 데이터 세트를 삭제하거나 디스크를 늘리세요.</translation>
    </message>
    <message>
        <source>%1 of %2 memory are available; the node uses %3.</source>
        <translation>메모리 %2 중 %1만 남았어요. 노드의 사용량: %3.</translation>
    </message>
    <message>
        <source>Unload models that nobody uses, or give the machine more memory.</source>
        <translation>쓰지 않는 모델을 언로드하거나 장비의 메모리를 늘리세요.</translation>
    </message>
    <message numerus="yes">
        <source>The node&apos;s certificate expires in %n days.</source>
        <translation>
            <numerusform>노드의 인증서가 %n일 뒤에 만료돼요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Renew the certificate and restart the node.</source>
        <translation>인증서를 갱신하고 노드를 다시 시작하세요.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: %2</source>
        <translation>%1 모델을 로드하지 못했어요: %2</translation>
    </message>
    <message>
        <source>Free memory if that is what is missing, then load the model again.</source>
        <translation>메모리가 부족하면 확보한 다음 모델을 다시 로드하세요.</translation>
    </message>
    <message>
        <source>No model is loaded, so the node cannot answer.</source>
        <translation>로드된 모델이 없어서 노드가 응답할 수 없어요.</translation>
    </message>
    <message numerus="yes">
        <source>Load one of the %n models on the node.</source>
        <translation>
            <numerusform>노드에 있는 모델 %n개 중 하나를 로드하세요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Import a model first.</source>
        <translation>먼저 모델을 가져오세요.</translation>
    </message>
    <message>
        <source>Further requests will be refused. Spread the load, or raise the limit.</source>
        <translation>더 들어오는 요청은 거부돼요. 부하를 나누거나 한도를 늘리세요.</translation>
    </message>
    <message>
        <source>The fine-tuning of %1 failed: %2</source>
        <translation>%1 모델의 파인튜닝이 실패했어요: %2</translation>
    </message>
    <message>
        <source>Read the run&apos;s log, then start it again.</source>
        <translation>실행의 로그를 확인한 다음 다시 시작하세요.</translation>
    </message>
    <message numerus="yes">
        <source>The API key %1 expires in %n days.</source>
        <translation>
            <numerusform>API 키 “%1”의 만료가 %n일 남았어요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Create a new key and hand it to whoever uses this one.</source>
        <translation>새 키를 만들어 이 키를 쓰는 곳에 전달하세요.</translation>
    </message>
    <message>
        <source>Open the run</source>
        <translation>실행 열기</translation>
    </message>
    <message>
        <source>Open models</source>
        <translation>모델 열기</translation>
    </message>
    <message>
        <source>Open node</source>
        <translation>노드 열기</translation>
    </message>
    <message>
        <source>Open API keys</source>
        <translation>API 키 열기</translation>
    </message>
    <message>
        <source>The node&apos;s certificate has expired; clients refuse it.</source>
        <translation>노드의 인증서가 만료돼서 클라이언트가 연결을 거부해요.</translation>
    </message>
    <message numerus="yes">
        <source>%n requests wait for %1, of at most %2.</source>
        <translation>
            <numerusform>%1 모델의 대기 요청이 %n개예요(최대 %2개).</numerusform>
        </translation>
    </message>
    <message>
        <source>The fine-tuning of %1 warns: %2</source>
        <translation>%1 모델의 파인튜닝에서 경고가 나왔어요: %2</translation>
    </message>
    <message>
        <source>Look at the run&apos;s log and curves before its model is used.</source>
        <translation>모델을 쓰기 전에 실행의 로그와 곡선을 확인하세요.</translation>
    </message>
</context>
<context>
    <name>ApiKeysPage</name>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>사용 중</translation>
    </message>
    <message>
        <source>Expires soon</source>
        <translation>곧 만료</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>만료됨</translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation>폐기됨</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Begins with</source>
        <translation>앞부분</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>권한</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>마지막 사용</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>만료</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>없음</translation>
    </message>
</context>
<context>
    <name>Axis</name>
    <message>
        <source>d MMM</source>
        <comment>a date on an axis</comment>
        <translation>M월 d일</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <comment>milliseconds</comment>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>스텝 %1</translation>
    </message>
    <message>
        <source>d MMM HH:mm:ss</source>
        <comment>a moment in a chart</comment>
        <translation>M월 d일 HH:mm:ss</translation>
    </message>
</context>
<context>
    <name>DataDirectory</name>
    <message>
        <source>You may not read %1. Start the console as the user that owns the node.</source>
        <translation>%1 폴더를 읽을 권한이 없어요. 노드를 소유한 사용자로 콘솔을 시작하세요.</translation>
    </message>
    <message>
        <source>There is no node in this folder: %1 is missing. Choose the folder that was given to “hearth node init”.</source>
        <translation>이 폴더에는 노드가 없어요. %1 파일이 없어요. “hearth node init”에 지정한 폴더를 선택하세요.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2. Start the console as the user that owns the node.</source>
        <translation>%1 파일을 읽을 수 없어요: %2. 노드를 소유한 사용자로 콘솔을 시작하세요.</translation>
    </message>
    <message>
        <source>This folder does not exist.</source>
        <translation>없는 폴더예요.</translation>
    </message>
    <message>
        <source>The files of the node in this folder are damaged. Check it with “hearth node verify”.</source>
        <translation>이 폴더에 있는 노드의 파일이 손상됐어요. “hearth node verify”로 점검하세요.</translation>
    </message>
</context>
<context>
    <name>DatasetsPage</name>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>평가</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>용도</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>업로드</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>System</source>
        <translation>시스템</translation>
    </message>
    <message>
        <source>User</source>
        <translation>사용자</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>어시스턴트</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>도구</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>질문</translation>
    </message>
    <message>
        <source>Expected answer</source>
        <translation>기대 답변</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Preferred answer</source>
        <translation>선호 답변</translation>
    </message>
    <message>
        <source>Rejected answer</source>
        <translation>비선호 답변</translation>
    </message>
    <message>
        <source>Also right</source>
        <translation>함께 인정하는 답변</translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message>
        <source>Enter a whole number from %1 to %2, or leave it empty for auto.</source>
        <translation>%1~%2 사이의 정수를 입력하세요. 비워 두면 자동으로 정해요.</translation>
    </message>
    <message>
        <source>Enter a number from %1 to %2, or leave it empty for auto.</source>
        <translation>%1~%2 사이의 숫자를 입력하세요. 비워 두면 자동으로 정해요.</translation>
    </message>
    <message>
        <source>Choose the model to start from.</source>
        <translation>기반 모델을 선택하세요.</translation>
    </message>
    <message>
        <source>Choose a file of examples.</source>
        <translation>예제 파일을 선택하세요.</translation>
    </message>
    <message>
        <source>Choose a file other than the training file: a loss on what was learnt says nothing.</source>
        <translation>학습 파일과 다른 파일을 선택하세요. 학습한 데이터의 손실로는 검증할 수 없어요.</translation>
    </message>
    <message numerus="yes">
        <source>Choose at most %n files.</source>
        <translation>
            <numerusform>파일을 %n개까지만 선택하세요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Use letters, digits, hyphens, underscores and dots.</source>
        <translation>영문자, 숫자, 하이픈, 밑줄, 점만 쓰세요.</translation>
    </message>
    <message numerus="yes">
        <source>Use at most %n characters.</source>
        <translation>
            <numerusform>%n자까지만 쓰세요.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>The node does not accept this sign-in. Sign in again.</source>
        <translation>노드가 이 로그인을 받아들이지 않아요. 다시 로그인하세요.</translation>
    </message>
    <message>
        <source>You may not do this. Ask an administrator for the permission.</source>
        <translation>이 작업을 할 권한이 없어요. 관리자에게 권한을 요청하세요.</translation>
    </message>
    <message>
        <source>The node does not have this. Refresh the page.</source>
        <translation>노드에 없는 항목이에요. 페이지를 새로 고치세요.</translation>
    </message>
    <message>
        <source>The node is busy. Try again in a moment.</source>
        <translation>노드가 바빠요. 잠시 후 다시 시도하세요.</translation>
    </message>
    <message>
        <source>The node answered with status %1 and gave no reason. Its log may have one.</source>
        <translation>노드가 이유 없이 상태 코드 %1 응답을 보냈어요. 노드의 로그에서 이유를 확인하세요.</translation>
    </message>
    <message>
        <source>The node stopped its answer and gave no reason. Try again.</source>
        <translation>노드가 이유 없이 응답을 중단했어요. 다시 시도하세요.</translation>
    </message>
    <message>
        <source>No node answers at %1. Check that it is running and that the port is right.</source>
        <translation>%1에서 응답하는 노드가 없어요. 노드가 실행 중인지, 포트가 맞는지 확인하세요.</translation>
    </message>
    <message>
        <source>The name %1 is not known in this network. Check the address.</source>
        <translation>이 네트워크에서 %1 이름을 찾을 수 없어요. 주소를 확인하세요.</translation>
    </message>
    <message>
        <source>What answers at %1 does not speak HTTPS as a node does. Check the address and the port.</source>
        <translation>%1에서 응답했지만 노드와 같은 HTTPS 통신이 아니에요. 주소와 포트를 확인하세요.</translation>
    </message>
    <message>
        <source>%1 cannot be reached from this computer. Check its network connection.</source>
        <translation>이 컴퓨터에서 %1에 연결할 수 없어요. 네트워크 연결을 확인하세요.</translation>
    </message>
    <message>
        <source>The connection to %1 failed. Try again.</source>
        <translation>%1에 연결하지 못했어요. 다시 시도하세요.</translation>
    </message>
    <message>
        <source>The node at %1 did not answer in time. It may be overloaded, or a firewall is in between.</source>
        <translation>%1의 노드가 제시간에 응답하지 않았어요. 부하가 크거나 방화벽이 막고 있을 수 있어요.</translation>
    </message>
    <message>
        <source>The answer broke off: the node closed the connection. Check that it is running and try again.</source>
        <translation>노드가 연결을 닫아서 응답이 끊겼어요. 노드가 실행 중인지 확인하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>What answers at %1 does not have the certificate that you trust. Nothing was sent to it.</source>
        <translation>%1에서 응답한 상대의 인증서가 신뢰하는 인증서와 달라요. 아무것도 보내지 않았어요.</translation>
    </message>
    <message>
        <source>The request was cancelled.</source>
        <translation>요청을 취소했어요.</translation>
    </message>
    <message>
        <source>The answer is not one of a Hearth node. Check the address, and that console and node have matching versions.</source>
        <translation>Hearth 노드의 응답이 아니에요. 주소를 확인하고, 콘솔과 노드의 버전이 서로 맞는지 확인하세요.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 파일을 읽을 수 없어요: %2</translation>
    </message>
    <message>
        <source>The node closed the connection before it had the whole file. The file may be larger than it accepts (max_upload_mb in its config.toml).</source>
        <translation>노드가 파일을 다 받기 전에 연결을 닫았어요. 파일이 노드의 허용 크기(config.toml의 max_upload_mb)보다 클 수 있어요.</translation>
    </message>
</context>
<context>
    <name>ForgetNode</name>
    <message>
        <source>Forget %1?</source>
        <translation>%1 노드를 목록에서 제거할까요?</translation>
    </message>
    <message>
        <source>The console no longer lists the node and drops its sign-in. The node itself is not touched.</source>
        <translation>콘솔의 목록에서 노드와 로그인 정보를 지워요. 노드 자체는 그대로예요.</translation>
    </message>
    <message>
        <source>Forget node</source>
        <translation>목록에서 제거</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>%1/s</source>
        <comment>a rate: so many each second</comment>
        <translation>%1/초</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1초</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1분 %2초</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1시간 %2분</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1일 %2시간</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>방금</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1분 전</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>어제 %1</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>a date in this year</comment>
        <translation>M월 d일</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>a date</comment>
        <translation>yyyy년 M월 d일</translation>
    </message>
    <message>
        <source>dddd, d MMMM yyyy, HH:mm:ss</source>
        <comment>date and time</comment>
        <translation>yyyy년 M월 d일 dddd HH:mm:ss</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Waiting</source>
        <translation>대기 중</translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation>파일 확인 중</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>실행 중</translation>
    </message>
    <message>
        <source>Succeeded</source>
        <translation>성공</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>취소됨</translation>
    </message>
    <message>
        <source>%1, run %2</source>
        <translation>%1, 실행 %2</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>스텝 %1/%2</translation>
    </message>
    <message>
        <source>%1 tokens a second</source>
        <translation>초당 %1토큰</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Served</source>
        <translation>서빙 중</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>로드 중</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>로드 안 됨</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>종류</translation>
    </message>
    <message>
        <source>Base</source>
        <comment>kind of model</comment>
        <translation>기반</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>아키텍처</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>부서</translation>
    </message>
    <message>
        <source>Fine-tuning run</source>
        <translation>파인튜닝 실행</translation>
    </message>
    <message>
        <source>Unload a model that is not needed, then load this one again.</source>
        <translation>필요 없는 모델을 언로드한 다음 이 모델을 다시 로드하세요.</translation>
    </message>
    <message>
        <source>The files have changed on the disk. Delete the model and import it again.</source>
        <translation>디스크의 파일이 바뀌었어요. 모델을 삭제하고 다시 가져오세요.</translation>
    </message>
    <message>
        <source>Load the base model first, then load this one again.</source>
        <translation>기반 모델을 먼저 로드한 다음 이 모델을 다시 로드하세요.</translation>
    </message>
    <message>
        <source>Load it again. If it fails again, the node&apos;s log says more.</source>
        <translation>다시 로드해 보세요. 또 실패하면 노드의 로그에서 자세한 내용을 확인하세요.</translation>
    </message>
</context>
<context>
    <name>NodeAddress</name>
    <message>
        <source>Type the node&apos;s host name or address.</source>
        <translation>노드의 호스트 이름이나 주소를 입력하세요.</translation>
    </message>
    <message>
        <source>A node speaks HTTPS only. Type its address without %1.</source>
        <translation>노드는 HTTPS로만 통신해요. %1 없이 주소를 입력하세요.</translation>
    </message>
    <message>
        <source>This is not an address. It looks like node.example:8443.</source>
        <translation>주소 형식이 아니에요. node.example:8443처럼 입력하세요.</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Open run</source>
        <translation>실행 열기</translation>
    </message>
    <message>
        <source>%1 is ready: its fine-tuning has finished.</source>
        <translation>파인튜닝이 끝나 %1 모델을 쓸 수 있어요.</translation>
    </message>
    <message>
        <source>The run on %1 failed.</source>
        <translation>%1 모델의 파인튜닝 실행이 실패했어요.</translation>
    </message>
    <message>
        <source>The node has been restarted.</source>
        <translation>노드가 다시 시작됐어요.</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Overview</source>
        <translation>개요</translation>
    </message>
    <message>
        <source>How the node is, and what it is doing right now.</source>
        <translation>노드의 상태와 지금 하는 일을 보여 줘요.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Try out what the node serves.</source>
        <translation>노드가 서빙하는 모델을 바로 써 보세요.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>What the node can serve and fine-tune.</source>
        <translation>노드에서 서빙하고 파인튜닝할 수 있는 모델이에요.</translation>
    </message>
    <message>
        <source>API keys</source>
        <translation>API 키</translation>
    </message>
    <message>
        <source>What applications sign their requests with.</source>
        <translation>애플리케이션이 요청을 보낼 때 인증에 쓰는 키예요.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>How the console looks, and which nodes it knows.</source>
        <translation>콘솔의 모양을 바꾸고 노드를 등록해요.</translation>
    </message>
    <message>
        <source>Operate</source>
        <translation>운영</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>개발</translation>
    </message>
    <message>
        <source>Govern</source>
        <translation>거버넌스</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>노드</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>Teach a model from your own examples.</source>
        <translation>직접 준비한 예제로 모델을 학습시켜요.</translation>
    </message>
    <message>
        <source>Data sets</source>
        <translation>데이터 세트</translation>
    </message>
    <message>
        <source>What models learn from and are tested with.</source>
        <translation>모델을 학습시키고 평가하는 데이터예요.</translation>
    </message>
    <message>
        <source>Schedules</source>
        <translation>일정</translation>
    </message>
    <message>
        <source>Fine-tuning by the calendar, without anybody there.</source>
        <translation>사람이 없어도 달력에 따라 파인튜닝해요.</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>This page</source>
        <translation>이 페이지</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>%1 모델과 채팅</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>실행 %1</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Switch to %1</source>
        <translation>%1 노드로 전환</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>노드</translation>
    </message>
    <message>
        <source>Use the light theme</source>
        <translation>밝은 테마 사용</translation>
    </message>
    <message>
        <source>Use the dark theme</source>
        <translation>어두운 테마 사용</translation>
    </message>
    <message>
        <source>Console</source>
        <translation>콘솔</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>로그아웃</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>계정</translation>
    </message>
</context>
<context>
    <name>Permissions</name>
    <message>
        <source>See fine-tuning runs</source>
        <translation>파인튜닝 실행 보기</translation>
    </message>
    <message>
        <source>Use models</source>
        <translation>모델 사용</translation>
    </message>
    <message>
        <source>List the models, chat with them and complete text.</source>
        <translation>모델 목록을 보고, 채팅하고, 텍스트를 완성해요.</translation>
    </message>
    <message>
        <source>Read data sets</source>
        <translation>데이터 세트 읽기</translation>
    </message>
    <message>
        <source>List, search and download data sets.</source>
        <translation>데이터 세트를 조회하고, 검색하고, 내려받아요.</translation>
    </message>
    <message>
        <source>Change data sets</source>
        <translation>데이터 세트 변경</translation>
    </message>
    <message>
        <source>Upload and delete data sets.</source>
        <translation>데이터 세트를 업로드하고 삭제해요.</translation>
    </message>
    <message>
        <source>Follow runs, their curves and their results.</source>
        <translation>실행의 진행과 곡선, 결과를 확인해요.</translation>
    </message>
    <message>
        <source>Start fine-tuning</source>
        <translation>파인튜닝 시작</translation>
    </message>
    <message>
        <source>Start and cancel runs, which use the machine for hours.</source>
        <translation>실행을 시작하고 취소해요. 실행은 장비를 몇 시간씩 사용해요.</translation>
    </message>
    <message>
        <source>Manage models</source>
        <translation>모델 관리</translation>
    </message>
    <message>
        <source>Import, load, unload and delete models.</source>
        <translation>모델을 가져오고, 로드하고, 언로드하고, 삭제해요.</translation>
    </message>
    <message>
        <source>Manage API keys</source>
        <translation>API 키 관리</translation>
    </message>
    <message>
        <source>Create keys with the same or fewer permissions, and revoke keys.</source>
        <translation>자신의 권한 범위 안에서 키를 만들고, 키를 폐기해요.</translation>
    </message>
    <message>
        <source>Manage people</source>
        <translation>사용자 관리</translation>
    </message>
    <message>
        <source>Add people, change their roles and passwords.</source>
        <translation>사용자를 추가하고 역할과 비밀번호를 바꿔요.</translation>
    </message>
    <message>
        <source>See the node</source>
        <translation>노드 보기</translation>
    </message>
    <message>
        <source>Read its status, metrics and alarms.</source>
        <translation>노드의 상태와 지표, 알림을 확인해요.</translation>
    </message>
    <message>
        <source>Manage the node</source>
        <translation>노드 관리</translation>
    </message>
    <message>
        <source>Stop it, read its log and change its settings.</source>
        <translation>노드를 중지하고, 로그를 읽고, 설정을 바꿔요.</translation>
    </message>
    <message>
        <source>Read the audit trail</source>
        <translation>감사 기록 보기</translation>
    </message>
    <message>
        <source>See who did what, and export it.</source>
        <translation>누가 무엇을 했는지 확인하고 내보내요.</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>애플리케이션</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>Administration</source>
        <translation>관리</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>A model may repeat it to anybody. Replace it, unless everybody may know it.</source>
        <translation>모델이 아무에게나 말할 수 있어요. 누구나 알아도 되는 것이 아니라면 바꾸세요.</translation>
    </message>
    <message>
        <source>A model tells it to whoever asks. Take it out, and replace the secret itself.</source>
        <translation>모델은 묻는 사람 누구에게나 알려 줘요. 데이터에서 빼고, 그 비밀 자체도 새로 바꾸세요.</translation>
    </message>
    <message>
        <source>Mend these lines and upload the file again.</source>
        <translation>이 줄들을 고친 뒤 파일을 다시 업로드하세요.</translation>
    </message>
    <message>
        <source>They have no answer to learn, or it lies beyond what the model takes. Add or shorten it, or take the rows out.</source>
        <translation>배울 답이 없거나, 답이 모델이 받는 길이를 넘어요. 답을 넣거나 줄이거나, 행을 빼세요.</translation>
    </message>
    <message>
        <source>Shorten or divide them.</source>
        <translation>줄이거나 나누세요.</translation>
    </message>
    <message>
        <source>Repeated rows weigh more. Keep one of each, unless that is what you want.</source>
        <translation>반복된 행은 더 크게 작용해요. 일부러 그런 것이 아니라면 하나씩만 남기세요.</translation>
    </message>
    <message>
        <source>Rewordings are useful; copies with a changed word are not. Look at some of them.</source>
        <translation>바꿔 쓴 문장은 도움이 되지만, 낱말만 바꾼 복사는 그렇지 않아요. 몇 개를 살펴보세요.</translation>
    </message>
    <message>
        <source>The model cannot learn both. Keep the right answer.</source>
        <translation>모델은 둘 다 배울 수 없어요. 맞는 답만 남기세요.</translation>
    </message>
    <message>
        <source>The test would measure memory alone. Take them out of one of the two.</source>
        <translation>시험이 암기만 재게 돼요. 둘 중 한쪽에서 빼세요.</translation>
    </message>
    <message>
        <source>The test is easier than it looks. Take out what is the same question.</source>
        <translation>시험이 보기보다 쉬워져요. 같은 질문은 빼세요.</translation>
    </message>
    <message>
        <source>text</source>
        <translation>텍스트</translation>
    </message>
    <message numerus="yes">
        <source>%Ln conversations</source>
        <translation>
            <numerusform>대화 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pairs of answers</source>
        <translation>
            <numerusform>답변 쌍 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln prompts</source>
        <translation>
            <numerusform>프롬프트 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>문서 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no example</source>
        <translation>예시가 없어요</translation>
    </message>
    <message>
        <source>Upload a file with at least one row.</source>
        <translation>행이 하나라도 있는 파일을 업로드하세요.</translation>
    </message>
    <message>
        <source>The model would learn nothing</source>
        <translation>모델이 아무것도 배우지 못해요</translation>
    </message>
    <message>
        <source>No row has an answer that it could learn. Is it the right file?</source>
        <translation>배울 답이 있는 행이 없어요. 맞는 파일인가요?</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>%1번째 줄</translation>
    </message>
    <message>
        <source>Lines %1</source>
        <translation>줄 번호: %1</translation>
    </message>
    <message>
        <source>%1, read as %2 (%3).</source>
        <comment>rows, form, kind of file</comment>
        <translation>%1, %2 형식으로 읽었어요(%3).</translation>
    </message>
    <message numerus="yes">
        <source>%Ln things must be mended before training</source>
        <translation>
            <numerusform>학습 전에 고쳐야 할 것이 %Ln가지 있어요</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready to train: nothing was found</source>
        <translation>학습해도 돼요. 발견된 문제가 없어요</translation>
    </message>
    <message numerus="yes">
        <source>Ready to train, with %Ln things to look at</source>
        <translation>
            <numerusform>학습해도 돼요. 살펴볼 것이 %Ln가지 있어요</numerusform>
        </translation>
    </message>
    <message>
        <source>Rows that cannot be read</source>
        <translation>읽을 수 없는 행</translation>
    </message>
    <message>
        <source>Rows that teach this model nothing</source>
        <translation>이 모델이 배울 것이 없는 행</translation>
    </message>
    <message>
        <source>Rows longer than the model takes</source>
        <translation>모델이 받는 길이보다 긴 행</translation>
    </message>
    <message>
        <source>Private keys</source>
        <translation>비밀 키</translation>
    </message>
    <message>
        <source>Access tokens</source>
        <translation>접근 토큰</translation>
    </message>
    <message>
        <source>Signed tokens (JWT)</source>
        <translation>서명된 토큰(JWT)</translation>
    </message>
    <message>
        <source>Passwords</source>
        <translation>비밀번호</translation>
    </message>
    <message>
        <source>E-mail addresses</source>
        <translation>이메일 주소</translation>
    </message>
    <message>
        <source>Phone numbers</source>
        <translation>전화번호</translation>
    </message>
    <message>
        <source>Korean resident numbers</source>
        <translation>주민등록번호</translation>
    </message>
    <message>
        <source>Korean driving licences</source>
        <translation>운전면허 번호</translation>
    </message>
    <message>
        <source>Card numbers</source>
        <translation>카드 번호</translation>
    </message>
    <message>
        <source>Bank accounts (IBAN)</source>
        <translation>은행 계좌(IBAN)</translation>
    </message>
    <message>
        <source>US social security numbers</source>
        <translation>미국 사회보장번호</translation>
    </message>
    <message>
        <source>Rows equal to an earlier one</source>
        <translation>앞의 행과 같은 행</translation>
    </message>
    <message>
        <source>Rows nearly equal to an earlier one</source>
        <translation>앞의 행과 거의 같은 행</translation>
    </message>
    <message>
        <source>Questions with two answers</source>
        <translation>답이 둘인 질문</translation>
    </message>
    <message>
        <source>Rows that are in the test data as well</source>
        <translation>시험 데이터에도 있는 행</translation>
    </message>
    <message>
        <source>Rows that are nearly in the test data</source>
        <translation>시험 데이터에 거의 그대로 있는 행</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>Epochs</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Most steps</source>
        <translation>최대 스텝</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Batch tokens</source>
        <translation>배치 토큰 수</translation>
    </message>
    <message>
        <source>Batches per step</source>
        <translation>스텝당 배치 수</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 랭크</translation>
    </message>
    <message>
        <source>LoRA alpha</source>
        <translation>LoRA 알파</translation>
    </message>
    <message>
        <source>LoRA targets</source>
        <translation>LoRA 적용 대상</translation>
    </message>
    <message>
        <source>Longest example</source>
        <translation>최대 예제 길이</translation>
    </message>
    <message>
        <source>Warm-up share</source>
        <translation>웜업 비율</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>가중치 감쇠</translation>
    </message>
    <message>
        <source>Gradient clip</source>
        <translation>그래디언트 클리핑</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>예</translation>
    </message>
    <message>
        <source>no</source>
        <translation>아니요</translation>
    </message>
    <message>
        <source>all</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>%1 pts</source>
        <comment>percentage points</comment>
        <translation>%1%p</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Training file</source>
        <translation>학습 파일</translation>
    </message>
    <message>
        <source>Validation file</source>
        <translation>검증 파일</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>걸린 시간</translation>
    </message>
    <message>
        <source>Trained tokens</source>
        <translation>학습한 토큰</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>학습 전</translation>
    </message>
    <message>
        <source>After</source>
        <translation>학습 후</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>변화</translation>
    </message>
    <message>
        <source>DPO beta</source>
        <translation>DPO 베타</translation>
    </message>
    <message>
        <source>Policy loss</source>
        <translation>정책 손실</translation>
    </message>
    <message>
        <source>Answers per prompt</source>
        <translation>프롬프트당 답변 수</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>최대 답변 길이</translation>
    </message>
    <message>
        <source>Updates per batch</source>
        <translation>배치당 업데이트 수</translation>
    </message>
    <message>
        <source>KL penalty</source>
        <translation>KL 벌점</translation>
    </message>
    <message>
        <source>Ratio clip below</source>
        <translation>비율 클리핑(아래)</translation>
    </message>
    <message>
        <source>Ratio clip above</source>
        <translation>비율 클리핑(위)</translation>
    </message>
    <message>
        <source>Replayed routing</source>
        <translation>라우팅 재현</translation>
    </message>
    <message>
        <source>Answers kept</source>
        <translation>남기는 답변 수</translation>
    </message>
    <message>
        <source>Least reward</source>
        <translation>최소 보상</translation>
    </message>
</context>
<context>
    <name>RunsTable</name>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Training file</source>
        <translation>학습 파일</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>정답률</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>걸린 시간</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Trained tokens</source>
        <translation>학습한 토큰</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
</context>
<context>
    <name>Schedules</name>
    <message>
        <source>Every day</source>
        <translation>매일</translation>
    </message>
    <message>
        <source>Weekdays</source>
        <translation>평일</translation>
    </message>
    <message>
        <source>Weekends</source>
        <translation>주말</translation>
    </message>
    <message>
        <source>Every hour</source>
        <translation>매시간</translation>
    </message>
    <message>
        <source>Every hour at minute %1</source>
        <translation>매시간 %1분</translation>
    </message>
    <message>
        <source>Every day at %1</source>
        <translation>매일 %1</translation>
    </message>
    <message>
        <source>Weekdays at %1</source>
        <translation>평일 %1</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <comment>days, time</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Last day of the month at %1</source>
        <translation>매월 마지막 날 %1</translation>
    </message>
    <message>
        <source>Day %1 of the month at %2</source>
        <translation>매월 %1일 %2</translation>
    </message>
    <message numerus="yes">
        <source>Every %n minutes</source>
        <translation>
            <numerusform>%n분마다</numerusform>
        </translation>
    </message>
    <message>
        <source>Write the time as 02:30.</source>
        <translation>시각을 02:30처럼 쓰세요.</translation>
    </message>
    <message>
        <source>Write five fields: minute, hour, day, month, weekday.</source>
        <translation>분, 시, 일, 월, 요일의 다섯 칸을 쓰세요.</translation>
    </message>
    <message>
        <source>Choose at least one day.</source>
        <translation>요일을 하나 이상 고르세요.</translation>
    </message>
    <message>
        <source>Write date and time as 2026-12-01 02:00.</source>
        <translation>날짜와 시각을 2026-12-01 02:00처럼 쓰세요.</translation>
    </message>
    <message>
        <source>Choose what to wait for.</source>
        <translation>무엇을 기다릴지 고르세요.</translation>
    </message>
    <message>
        <source>Write a time zone such as Asia/Seoul or UTC.</source>
        <translation>Asia/Seoul이나 UTC 같은 시간대를 쓰세요.</translation>
    </message>
    <message>
        <source>Write the times as 20:00 and 06:00.</source>
        <translation>시각을 20:00과 06:00처럼 쓰세요.</translation>
    </message>
    <message>
        <source>These hours end when they begin. For a whole day write 00:00 and 24:00.</source>
        <translation>시작과 끝이 같아요. 하루 종일이면 00:00과 24:00을 쓰세요.</translation>
    </message>
    <message>
        <source>%1 is not a day. Write 2026-12-24, or two of them with .. between.</source>
        <translation>%1은 날짜가 아니에요. 2026-12-24처럼 쓰거나, 두 날짜 사이에 ..을 넣으세요.</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>이름을 지어 주세요.</translation>
    </message>
    <message numerus="yes">
        <source>Use at most %n characters.</source>
        <translation>
            <numerusform>%n자까지만 쓰세요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose data that can change.</source>
        <translation>바뀔 수 있는 데이터를 고르세요.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>Trains</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Allowed hours</source>
        <translation>허용 시간</translation>
    </message>
    <message>
        <source>Next start</source>
        <translation>다음 시작</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>최근 실행</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>우선순위</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>ddd, d MMM</source>
        <comment>a day in this year</comment>
        <translation>M월 d일 (ddd)</translation>
    </message>
    <message>
        <source>ddd, d MMM yyyy</source>
        <comment>a day</comment>
        <translation>yyyy년 M월 d일 (ddd)</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>day, time</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>오늘 %1</translation>
    </message>
    <message>
        <source>tomorrow %1</source>
        <translation>내일 %1</translation>
    </message>
    <message>
        <source>Once, %1</source>
        <translation>한 번, %1</translation>
    </message>
    <message>
        <source>When %1 changes</source>
        <translation>%1 변경 시</translation>
    </message>
    <message>
        <source>After %1, however it ends</source>
        <translation>%1 종료 후, 결과와 관계없이</translation>
    </message>
    <message>
        <source>After %1</source>
        <translation>%1 다음</translation>
    </message>
    <message>
        <source>At any time</source>
        <translation>언제나</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>model, data</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>활성</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>일시 중지</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>종료</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>낮음</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>보통</translation>
    </message>
    <message>
        <source>High: before your department&apos;s other runs</source>
        <translation>높음: 우리 부서의 다른 실행보다 먼저</translation>
    </message>
    <message>
        <source>Urgent: before every other run</source>
        <translation>긴급: 모든 실행보다 먼저</translation>
    </message>
    <message>
        <source>Make up for the last one</source>
        <translation>마지막 한 번을 나중에 시작</translation>
    </message>
    <message>
        <source>Leave them out</source>
        <translation>건너뛰기</translation>
    </message>
    <message>
        <source>Make up for each, at most %1</source>
        <translation>모두 나중에 시작, 최대 %1번</translation>
    </message>
    <message>
        <source>Wait for it</source>
        <translation>끝나기를 기다리기</translation>
    </message>
    <message>
        <source>Leave the start out</source>
        <translation>이번 시작은 건너뛰기</translation>
    </message>
    <message>
        <source>%1, but no hours are allowed then</source>
        <translation>%1, 허용된 시간이 없어요</translation>
    </message>
    <message>
        <source>%1, runs from %2</source>
        <translation>%1, %2부터 실행</translation>
    </message>
</context>
<context>
    <name>hearth::ui::AboutCard</name>
    <message>
        <source>About</source>
        <translation>정보</translation>
    </message>
    <message>
        <source>Console</source>
        <translation>콘솔</translation>
    </message>
    <message>
        <source>Hearth %1, Qt %2</source>
        <translation>Hearth %1, Qt %2</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>라이선스</translation>
    </message>
    <message>
        <source>Settings file</source>
        <translation>설정 파일</translation>
    </message>
    <message>
        <source>On this computer. Holds no secrets.</source>
        <translation>이 컴퓨터에 있어요. 비밀 정보는 들어 있지 않아요.</translation>
    </message>
    <message>
        <source>Node&apos;s data</source>
        <translation>노드의 데이터</translation>
    </message>
    <message>
        <source>On the node&apos;s machine.</source>
        <translation>노드의 장비에 있어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::AccountCard</name>
    <message>
        <source>Account</source>
        <translation>계정</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>로그아웃</translation>
    </message>
    <message>
        <source>This system has no keychain: you are signed in until the console closes.</source>
        <translation>이 시스템에는 키체인이 없어서 콘솔을 닫을 때까지만 로그인이 유지돼요.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 키</translation>
    </message>
    <message>
        <source>Signed in as</source>
        <translation>로그인한 사용자</translation>
    </message>
    <message>
        <source>Signed in until</source>
        <translation>로그인 만료</translation>
    </message>
    <message>
        <source>You may</source>
        <translation>내 권한</translation>
    </message>
    <message>
        <source>Nobody is signed in.</source>
        <translation>로그인한 사용자가 없어요.</translation>
    </message>
    <message>
        <source>Nothing yet. Ask an administrator.</source>
        <translation>아직 없어요. 관리자에게 요청하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::AddNodeForm</name>
    <message>
        <source>Where the node is</source>
        <translation>노드의 위치</translation>
    </message>
    <message>
        <source>By address</source>
        <translation>주소 입력</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>이 컴퓨터</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>주소</translation>
    </message>
    <message>
        <source>Host name or IP address of the node. Its port is 8443 unless you type another one.</source>
        <translation>노드의 호스트 이름이나 IP 주소예요. 포트를 입력하지 않으면 8443을 써요.</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>데이터 폴더</translation>
    </message>
    <message>
        <source>The folder that was given to “hearth node init”. Its own key signs you in.</source>
        <translation>“hearth node init”에 지정한 폴더예요. 폴더에 든 키로 로그인해요.</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>선택…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>How the console calls this node. May stay empty.</source>
        <translation>콘솔에 표시할 노드 이름이에요. 비워 두어도 돼요.</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>연결</translation>
    </message>
    <message>
        <source>Choose the node&apos;s data folder</source>
        <translation>노드의 데이터 폴더 선택</translation>
    </message>
</context>
<context>
    <name>hearth::ui::AnswerView</name>
    <message>
        <source>Answer of %1</source>
        <translation>%1 모델의 답변</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>답변 복사</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>curl 명령으로 복사</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>다시 질문</translation>
    </message>
    <message>
        <source>Request id</source>
        <translation>요청 ID</translation>
    </message>
    <message>
        <source>Still waiting: the node is reading the prompt, or is busy with other requests</source>
        <translation>기다리고 있어요. 노드가 프롬프트를 읽고 있거나 다른 요청을 처리하고 있어요</translation>
    </message>
    <message>
        <source>The conversation is longer than this model&apos;s context. Start a new chat, or shorten the prompt.</source>
        <translation>대화가 이 모델의 컨텍스트보다 길어요. 새 채팅을 시작하거나 프롬프트를 줄이세요.</translation>
    </message>
    <message>
        <source>The answer broke off: the node stopped or restarted. What came so far is kept.</source>
        <translation>노드가 멈추거나 다시 시작돼서 답변이 끊겼어요. 지금까지 받은 내용은 남아 있어요.</translation>
    </message>
    <message>
        <source>The node did not answer. It may be stopped or restarting.</source>
        <translation>노드가 응답하지 않았어요. 중지됐거나 다시 시작하는 중일 수 있어요.</translation>
    </message>
    <message>
        <source>The node could not answer.</source>
        <translation>노드가 답변하지 못했어요.</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>답변을 중지했어요.</translation>
    </message>
    <message>
        <source>Cut off at %1 tokens. Raise the limit under Parameters for longer answers.</source>
        <translation>%1토큰에서 답변이 잘렸어요. 더 긴 답변을 받으려면 ‘파라미터’에서 한도를 늘리세요.</translation>
    </message>
    <message>
        <source>The model ended without a word.</source>
        <translation>모델이 아무 말 없이 답변을 끝냈어요.</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1토큰/초</translation>
    </message>
    <message>
        <source>first after %1 s</source>
        <translation>첫 토큰 %1초</translation>
    </message>
    <message>
        <source>prompt %1</source>
        <translation>프롬프트 %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln토큰</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::ApiKeysPage</name>
    <message>
        <source>No API keys yet</source>
        <translation>아직 API 키가 없어요</translation>
    </message>
    <message>
        <source>An application needs one to use the models. Give each its own, so that one can be revoked alone.</source>
        <translation>애플리케이션이 모델을 쓰려면 키가 필요해요. 하나만 따로 폐기할 수 있게 애플리케이션마다 키를 만드세요.</translation>
    </message>
    <message>
        <source>Create a key</source>
        <translation>키 만들기</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>폐기…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Your new key</source>
        <translation>새 키</translation>
    </message>
    <message>
        <source>Create an API key</source>
        <translation>API 키 만들기</translation>
    </message>
    <message>
        <source>Revoke the key %1?</source>
        <translation>“%1” 키를 폐기할까요?</translation>
    </message>
    <message>
        <source>Applications that use it are refused from this moment on. This cannot be undone.</source>
        <translation>이 키를 쓰는 애플리케이션은 지금부터 거부돼요. 되돌릴 수 없어요.</translation>
    </message>
    <message>
        <source>Revoke key</source>
        <translation>키 폐기</translation>
    </message>
    <message>
        <source>The key %1 is revoked.</source>
        <translation>“%1” 키를 폐기했어요.</translation>
    </message>
    <message>
        <source>The key %1 could not be revoked: %2</source>
        <translation>“%1” 키를 폐기하지 못했어요: %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::AppearanceCard</name>
    <message>
        <source>Appearance</source>
        <translation>모양</translation>
    </message>
    <message>
        <source>System</source>
        <comment>theme or language as the system&apos;s</comment>
        <translation>시스템</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>테마</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>움직임 줄이기</translation>
    </message>
    <message>
        <source>Nothing slides or pulses.</source>
        <translation>화면 요소가 미끄러지거나 깜박이지 않아요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CacheCard</name>
    <message>
        <source>Memory of conversations (KV cache)</source>
        <translation>대화 메모리(KV 캐시)</translation>
    </message>
    <message>
        <source>As this node keeps it</source>
        <translation>이 노드의 방식</translation>
    </message>
    <message>
        <source>With full attention (MHA)</source>
        <translation>일반 어텐션(MHA)</translation>
    </message>
    <message>
        <source>Reserved cache in use</source>
        <translation>예약된 캐시 사용량</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>now; full attention would take %1.</source>
        <translation>사용 중이에요. 일반 어텐션이라면 %1만큼 써요.</translation>
    </message>
    <message>
        <source>in use now.</source>
        <translation>사용 중이에요.</translation>
    </message>
    <message>
        <source>Nothing is in the cache.</source>
        <translation>캐시가 비어 있어요.</translation>
    </message>
    <message>
        <source>a token; full attention would take %1. Nothing is in use now.</source>
        <translation>토큰당 용량이에요. 일반 어텐션이라면 %1만큼 써요. 지금은 쓰는 용량이 없어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CertificateChangedScreen</name>
    <message>
        <source>%1 shows another certificate</source>
        <translation>%1 노드의 인증서가 바뀌었어요</translation>
    </message>
    <message>
        <source>Nothing was sent. Do not go on before you know why.</source>
        <translation>아직 아무것도 보내지 않았어요. 이유부터 확인하세요.</translation>
    </message>
    <message>
        <source>Either the node was set up anew or its certificate was replaced, or somebody between you and the node pretends to be it. Ask the node&apos;s administrator, by another way than this one, to read you the new fingerprint.</source>
        <translation>노드를 새로 설정했거나 인증서를 교체했을 수 있어요. 누군가 중간에서 노드인 척하고 있을 수도 있어요. 이 연결이 아닌 다른 방법으로 노드 관리자에게 새 지문을 물어보고 비교하세요.</translation>
    </message>
    <message>
        <source>Trusted until now</source>
        <translation>지금까지 신뢰한 지문</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>지금 받은 지문</translation>
    </message>
    <message>
        <source>Type %1 to trust the new certificate</source>
        <translation>새 인증서를 신뢰하려면 입력: %1</translation>
    </message>
    <message>
        <source>Trust the new certificate</source>
        <translation>새 인증서 신뢰</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Forget this node…</source>
        <translation>목록에서 제거…</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CertificateUnknownScreen</name>
    <message>
        <source>Is this the right node?</source>
        <translation>연결하려는 노드가 맞나요?</translation>
    </message>
    <message>
        <source>You connect to %1 for the first time. Nothing has been sent to it yet. Compare its certificate with the one on the node before you trust it.</source>
        <translation>%1에 처음 연결해요. 아직 아무것도 보내지 않았어요. 신뢰하기 전에 받은 인증서와 노드에 있는 인증서를 비교하세요.</translation>
    </message>
    <message>
        <source>SHA-256 fingerprint of the certificate</source>
        <translation>인증서의 SHA-256 지문</translation>
    </message>
    <message>
        <source>To compare, run this on the node, with its data folder for DIR:</source>
        <translation>비교하려면 노드에서 이 명령을 실행하세요. DIR에는 노드의 데이터 폴더를 넣으세요.</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>명령</translation>
    </message>
    <message>
        <source>Trust this node</source>
        <translation>이 노드 신뢰</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Chart</name>
    <message>
        <source>No values yet</source>
        <translation>아직 값이 없어요</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>스무딩</translation>
    </message>
    <message>
        <source>Smooth the curves</source>
        <translation>곡선 스무딩</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>표로 보기</translation>
    </message>
    <message>
        <source>More for this chart</source>
        <translation>차트 메뉴 더 보기</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시각</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>스텝</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>그림 (*.png)</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>쉼표로 구분한 값 (*.csv)</translation>
    </message>
    <message>
        <source>Show as chart</source>
        <translation>차트로 보기</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>확대</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>전체 보기</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>그림 저장…</translation>
    </message>
    <message>
        <source>Save values as CSV…</source>
        <translation>값을 CSV로 저장…</translation>
    </message>
    <message>
        <source>The file could not be written.</source>
        <translation>파일을 저장하지 못했어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ChatPage</name>
    <message>
        <source>New chat</source>
        <translation>새 채팅</translation>
    </message>
    <message>
        <source>Compare two models side by side</source>
        <translation>두 모델 나란히 비교</translation>
    </message>
    <message>
        <source>Show or hide the parameters</source>
        <translation>파라미터 표시/숨기기</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>답변 중지</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ChatView</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Second model</source>
        <translation>두 번째 모델</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>나란히 보기</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>파라미터</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>새 채팅</translation>
    </message>
    <message>
        <source>%1 (not loaded)</source>
        <translation>%1 (로드 안 됨)</translation>
    </message>
    <message>
        <source>Choose a model that is loaded</source>
        <translation>로드된 모델을 선택하세요</translation>
    </message>
    <message>
        <source>The models could not be listed</source>
        <translation>모델 목록을 불러오지 못했어요</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>로드된 모델이 없어요</translation>
    </message>
    <message>
        <source>Load a model, and talk to it here.</source>
        <translation>모델을 로드하면 여기서 채팅할 수 있어요.</translation>
    </message>
    <message>
        <source>Go to models</source>
        <translation>모델로 이동</translation>
    </message>
    <message>
        <source>Talk to %1</source>
        <translation>%1 모델과 채팅</translation>
    </message>
    <message>
        <source>What you write stays on this node. Nothing here is kept when you close the console.</source>
        <translation>입력한 내용은 이 노드에만 머물고, 콘솔을 닫으면 사라져요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CodeBlock</name>
    <message>
        <source>code</source>
        <translation>코드</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>코드 복사</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>코드</translation>
    </message>
    <message>
        <source>Code, %1</source>
        <translation>코드, %1</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CommandPalette</name>
    <message>
        <source>Search pages, runs, models and commands</source>
        <translation>페이지, 실행, 모델, 명령 검색</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>검색 결과</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CompareView</name>
    <message>
        <source>All runs</source>
        <translation>모든 실행</translation>
    </message>
    <message>
        <source>Two runs side by side</source>
        <translation>두 실행 비교</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>nats a token</source>
        <translation>토큰당 nat</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>What differs is marked.</source>
        <translation>서로 다른 항목을 표시해요.</translation>
    </message>
    <message>
        <source>Right answers after training</source>
        <translation>학습 후 정답률</translation>
    </message>
    <message>
        <source>%1, validation</source>
        <translation>%1, 검증</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Composer</name>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Ask the model something</source>
        <translation>모델에게 물어보세요</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>보내기</translation>
    </message>
    <message>
        <source>Esc stops the answer</source>
        <translation>Esc를 누르면 답변이 멈춰요</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation>Enter로 보내고, Shift+Enter로 줄을 바꿔요</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Confirm</name>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Type %1 to confirm</source>
        <translation>확인하려면 입력: %1</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ConnectingScreen</name>
    <message>
        <source>Starting %1</source>
        <translation>%1 노드를 시작하고 있어요</translation>
    </message>
    <message>
        <source>Connecting to %1</source>
        <translation>%1 노드에 연결하고 있어요</translation>
    </message>
    <message>
        <source>The node loads its models. It goes on running when the console closes.</source>
        <translation>노드가 모델을 로드하고 있어요. 콘솔을 닫아도 노드는 계속 실행돼요.</translation>
    </message>
    <message>
        <source>Still waiting for the node to load its models. Large ones take a minute or more.</source>
        <translation>노드가 아직 모델을 로드하고 있어요. 큰 모델은 1분 넘게 걸려요.</translation>
    </message>
    <message>
        <source>Waiting for this computer&apos;s keychain. It may be asking you to unlock it.</source>
        <translation>이 컴퓨터의 키체인을 기다리고 있어요. 잠금 해제를 요청하는 창이 떠 있을 수 있어요.</translation>
    </message>
    <message>
        <source>Waiting for an answer from %1.</source>
        <translation>%1의 응답을 기다리고 있어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ConversationView</name>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>복사됨</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
</context>
<context>
    <name>hearth::ui::CopyField</name>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Copy %1</source>
        <translation>%1 복사</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>복사됨</translation>
    </message>
    <message>
        <source>Value to copy</source>
        <translation>복사할 값</translation>
    </message>
</context>
<context>
    <name>hearth::ui::DataTable</name>
    <message>
        <source>Table</source>
        <translation>표</translation>
    </message>
    <message>
        <source>Column titles</source>
        <translation>열 제목</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>행 복사</translation>
    </message>
    <message>
        <source>Copy row</source>
        <translation>행 복사</translation>
    </message>
    <message>
        <source>Export as CSV…</source>
        <translation>CSV로 내보내기…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>JSON으로 내보내기…</translation>
    </message>
    <message>
        <source>Export as CSV</source>
        <translation>CSV로 내보내기</translation>
    </message>
    <message>
        <source>Export as JSON</source>
        <translation>JSON으로 내보내기</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV 파일 (*.csv)</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON 파일 (*.json)</translation>
    </message>
    <message>
        <source>This could not be loaded</source>
        <translation>불러오지 못했어요</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>일치하는 항목이 없어요</translation>
    </message>
    <message>
        <source>No row has all that the filter asks for.</source>
        <translation>필터 조건에 모두 맞는 행이 없어요.</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>필터 지우기</translation>
    </message>
    <message>
        <source>Nothing here yet</source>
        <translation>아직 아무것도 없어요</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>%1 파일로 내보냈어요</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 파일을 저장하지 못했어요: %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::DatasetsPage</name>
    <message>
        <source>No data sets yet</source>
        <translation>아직 데이터 세트가 없어요</translation>
    </message>
    <message>
        <source>Upload conversations to fine-tune a model with, or questions to test it. They never leave this node.</source>
        <translation>파인튜닝에 쓸 대화나 평가에 쓸 질문을 업로드하세요. 데이터는 이 노드 밖으로 나가지 않아요.</translation>
    </message>
    <message>
        <source>Upload a data set</source>
        <translation>데이터 세트 업로드</translation>
    </message>
    <message>
        <source>%1 is stored.</source>
        <translation>%1 파일을 저장했어요.</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>내용 보기</translation>
    </message>
    <message>
        <source>Fine-tune with it</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>삭제…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>It is stored encrypted on this node.</source>
        <translation>이 노드에 암호화해 저장해요.</translation>
    </message>
    <message>
        <source>Delete the data set %1?</source>
        <translation>%1 데이터 세트를 삭제할까요?</translation>
    </message>
    <message>
        <source>The node keeps no copy. Models that learnt from it stay as they are.</source>
        <translation>노드에 사본이 남지 않아요. 이 데이터로 학습한 모델은 그대로예요.</translation>
    </message>
    <message>
        <source>Delete data set</source>
        <translation>데이터 세트 삭제</translation>
    </message>
    <message>
        <source>%1 is deleted.</source>
        <translation>%1 데이터 세트를 삭제했어요.</translation>
    </message>
    <message>
        <source>%1 could not be deleted: %2</source>
        <translation>%1 데이터 세트를 삭제하지 못했어요: %2</translation>
    </message>
    <message>
        <source>Report on it</source>
        <translation>보고서 보기</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Drawer</name>
    <message>
        <source>Close details</source>
        <translation>상세 정보 닫기</translation>
    </message>
</context>
<context>
    <name>hearth::ui::DropZone</name>
    <message>
        <source>Drop a JSONL file here, or choose one.</source>
        <translation>여기에 JSONL 파일을 끌어다 놓거나 선택하세요.</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>파일 선택…</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>다른 파일 선택…</translation>
    </message>
    <message>
        <source>Choose a data set</source>
        <translation>데이터 세트 선택</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl *.ndjson *.json)</source>
        <translation>JSON Lines (*.jsonl *.ndjson *.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일 (*)</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ExpertCurves</name>
    <message>
        <source>Load</source>
        <translation>부하</translation>
    </message>
    <message>
        <source>Evenness</source>
        <translation>고른 정도</translation>
    </message>
    <message>
        <source>Dead experts</source>
        <translation>쉬는 전문가</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>이동</translation>
    </message>
    <message>
        <source>of the busiest expert, in even shares</source>
        <translation>가장 바쁜 전문가, 균등한 몫의 배수</translation>
    </message>
    <message>
        <source>of the router&apos;s choice, 1 is even</source>
        <translation>라우터 선택의 고른 정도, 1이면 균등</translation>
    </message>
    <message>
        <source>that no token went to lately</source>
        <translation>최근 토큰이 가지 않은 전문가 수</translation>
    </message>
    <message>
        <source>share of choices that the base would not make</source>
        <translation>기반 모델이라면 하지 않을 전문가 선택의 비율</translation>
    </message>
    <message>
        <source>Layer %1: the busiest expert gets %2 times its even share.</source>
        <translation>레이어 %1: 가장 바쁜 전문가가 균등한 몫의 %2배를 받아요.</translation>
    </message>
    <message>
        <source>Layer %1 chooses the least evenly: %2 of 1.</source>
        <translation>레이어 %1의 선택이 가장 고르지 않아요(1 중 %2).</translation>
    </message>
    <message>
        <source>Layer %1 has %2 dead experts.</source>
        <translation>레이어 %1에 쉬는 전문가가 %2개 있어요.</translation>
    </message>
    <message>
        <source>No expert is dead.</source>
        <translation>쉬는 전문가가 없어요.</translation>
    </message>
    <message>
        <source>Layer %1: %2 of the tokens go to other experts than at the start.</source>
        <translation>레이어 %1: 토큰의 %2가 처음과 다른 전문가로 가요.</translation>
    </message>
    <message>
        <source>Worst layer</source>
        <translation>가장 나쁜 레이어</translation>
    </message>
    <message>
        <source>Middle layer</source>
        <translation>중간 레이어</translation>
    </message>
</context>
<context>
    <name>hearth::ui::FilterChips</name>
    <message>
        <source>Filter: %1 is %2</source>
        <translation>필터: %1 = %2</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen</source>
        <translation>
            <numerusform>%1: %n개 선택</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter by %1</source>
        <translation>%1 필터</translation>
    </message>
</context>
<context>
    <name>hearth::ui::FindingRow</name>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::FineTuningPage</name>
    <message>
        <source>No runs yet</source>
        <translation>아직 실행이 없어요</translation>
    </message>
    <message>
        <source>Teach a model from examples of the answers you want. Your data stays on this node.</source>
        <translation>원하는 답변의 예제로 모델을 학습시키세요. 데이터는 이 노드 밖으로 나가지 않아요.</translation>
    </message>
    <message>
        <source>New fine-tuning</source>
        <translation>새 파인튜닝</translation>
    </message>
    <message>
        <source>Fine-tuning of %1 has started.</source>
        <translation>%1 모델의 파인튜닝을 시작했어요.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Compare two runs</source>
        <translation>두 실행 비교</translation>
    </message>
    <message>
        <source>Chat with it</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Select two runs to see them side by side</source>
        <translation>두 실행을 선택하면 나란히 비교할 수 있어요</translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation>모든 실행 보기</translation>
    </message>
    <message>
        <source>Repeat by a schedule…</source>
        <translation>일정으로 반복…</translation>
    </message>
</context>
<context>
    <name>hearth::ui::FingerprintView</name>
    <message>
        <source>Issued to %1, valid until %2.</source>
        <translation>발급 대상: %1, 유효 기간: %2까지</translation>
    </message>
</context>
<context>
    <name>hearth::ui::FormField</name>
    <message>
        <source>%1, required</source>
        <translation>%1, 필수</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>오류: %1</translation>
    </message>
</context>
<context>
    <name>hearth::ui::FormSheet</name>
    <message>
        <source>%1 Request %2.</source>
        <translation>%1 요청 ID: %2.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::HealthCard</name>
    <message>
        <source>Asking the node how it is…</source>
        <translation>노드의 상태를 확인하고 있어요…</translation>
    </message>
    <message>
        <source>%1 is starting</source>
        <translation>%1 노드를 시작하고 있어요</translation>
    </message>
    <message>
        <source>%1 is well</source>
        <translation>%1 노드가 정상이에요</translation>
    </message>
    <message>
        <source>%1 needs you now</source>
        <translation>%1 노드에 바로 조치가 필요해요</translation>
    </message>
    <message>
        <source>%1 runs, but needs attention</source>
        <translation>%1 노드를 확인해 보세요</translation>
    </message>
    <message numerus="yes">
        <source>%n models served</source>
        <translation>
            <numerusform>모델 %n개 서빙 중</numerusform>
        </translation>
    </message>
    <message>
        <source>up for %1</source>
        <translation>가동 시간 %1</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>버전 %1</translation>
    </message>
    <message>
        <source>%1 does not answer</source>
        <translation>%1 노드에서 응답이 없어요</translation>
    </message>
</context>
<context>
    <name>hearth::ui::HealthDot</name>
    <message>
        <source>Node is well</source>
        <translation>노드 정상</translation>
    </message>
    <message>
        <source>Node needs attention</source>
        <translation>노드 확인 필요</translation>
    </message>
    <message>
        <source>Node is in trouble</source>
        <translation>노드에 문제가 있음</translation>
    </message>
</context>
<context>
    <name>hearth::ui::HoursEditor</name>
    <message>
        <source>Every day</source>
        <translation>매일</translation>
    </message>
    <message>
        <source>Weekdays</source>
        <translation>평일</translation>
    </message>
    <message>
        <source>Weekends</source>
        <translation>주말</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>요일</translation>
    </message>
    <message>
        <source>From</source>
        <translation>부터</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>까지</translation>
    </message>
    <message>
        <source>Remove these hours</source>
        <translation>이 시간 지우기</translation>
    </message>
    <message>
        <source>At any time</source>
        <translation>언제나</translation>
    </message>
    <message>
        <source>Add hours</source>
        <translation>시간 추가</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ImportForm</name>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>What requests call the model. Letters, digits, dots and dashes.</source>
        <translation>요청에서 쓸 모델 이름이에요. 영문자, 숫자, 점, 하이픈을 쓸 수 있어요.</translation>
    </message>
    <message>
        <source>Folder on the node&apos;s machine</source>
        <translation>노드 장비의 폴더</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>폴더 선택</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>시작하는 중…</translation>
    </message>
    <message>
        <source>Start import</source>
        <translation>가져오기 시작</translation>
    </message>
    <message>
        <source>Say where the model is.</source>
        <translation>모델이 있는 곳을 입력하세요.</translation>
    </message>
    <message>
        <source>Give the full path, beginning with a slash.</source>
        <translation>슬래시(/)로 시작하는 전체 경로를 입력하세요.</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>이름을 입력하세요.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>정밀도</translation>
    </message>
    <message>
        <source>Coarser weights take less memory and answer faster. What that costs is measured.</source>
        <translation>정밀도를 낮추면 메모리를 덜 쓰고 더 빨리 답해요. 그만큼 달라지는 정도는 측정해서 보여 드려요.</translation>
    </message>
    <message>
        <source>As in the files</source>
        <translation>파일 그대로</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16비트</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8비트</translation>
    </message>
    <message>
        <source>Mixed: experts 4 bits, the rest 8</source>
        <translation>혼합: 전문가 4비트, 나머지 8비트</translation>
    </message>
    <message>
        <source>4 bits</source>
        <translation>4비트</translation>
    </message>
    <message>
        <source>With config.json, tokenizer and safetensors files; or the path of a GGUF file.</source>
        <translation>config.json, 토크나이저, safetensors 파일이 있는 폴더나 GGUF 파일의 경로예요.</translation>
    </message>
    <message>
        <source>The full path there, with config.json, tokenizer and safetensors files; or of a GGUF file.</source>
        <translation>노드 장비에서의 전체 경로예요. config.json, 토크나이저, safetensors 파일이 있는 폴더나 GGUF 파일을 적어 주세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ImportsPanel</name>
    <message>
        <source>%1 could not be imported: %2</source>
        <translation>%1 모델을 가져오지 못했어요: %2</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>%1: waiting for its turn</source>
        <translation>%1: 차례를 기다리는 중</translation>
    </message>
    <message>
        <source>%1: checking that it loads</source>
        <translation>%1: 로드되는지 확인하는 중</translation>
    </message>
    <message>
        <source>%1: copying</source>
        <translation>%1: 복사 중</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>a rate</comment>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1: verifying its files</source>
        <translation>%1: 파일을 검증하는 중</translation>
    </message>
    <message>
        <source>%1: packing</source>
        <translation>%1: 노드에서 쓸 형식으로 변환하는 중</translation>
    </message>
    <message>
        <source>%1: measuring what the precision costs</source>
        <translation>%1: 정밀도가 답변에 주는 영향을 재는 중</translation>
    </message>
</context>
<context>
    <name>hearth::ui::LengthBars</name>
    <message>
        <source>up to %1: %2</source>
        <translation>%1까지: %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::LocalNode</name>
    <message>
        <source>The program hearthd is not installed beside the console or on the PATH. Install it, or start the node yourself.</source>
        <translation>hearthd 프로그램이 콘솔과 같은 폴더에도, PATH에도 없어요. 설치하거나 노드를 직접 시작하세요.</translation>
    </message>
    <message>
        <source>%1 could not be started: %2</source>
        <translation>%1 프로그램을 시작하지 못했어요: %2</translation>
    </message>
    <message>
        <source>The node ended right after its start. Its last words are below.</source>
        <translation>노드가 시작하자마자 종료됐어요. 마지막 로그를 아래에서 확인하세요.</translation>
    </message>
    <message>
        <source>The node has not answered for %1 seconds. Its last words are below.</source>
        <translation>노드가 %1초 동안 응답하지 않았어요. 마지막 로그를 아래에서 확인하세요.</translation>
    </message>
    <message>
        <source>The node has not stopped within %1 seconds: requests or jobs are still ending. Look at its log.</source>
        <translation>노드가 %1초 안에 멈추지 않았어요. 아직 끝나지 않은 요청이나 작업이 있어요. 노드의 로그를 확인하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>Find in the log</source>
        <translation>로그에서 찾기</translation>
    </message>
    <message>
        <source>Previous match (Shift+F3)</source>
        <translation>이전 결과 (Shift+F3)</translation>
    </message>
    <message>
        <source>Next match (F3)</source>
        <translation>다음 결과 (F3)</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>긴 줄 바꿈</translation>
    </message>
    <message>
        <source>Copy the selection, or everything</source>
        <translation>선택한 부분 또는 전체 복사</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>로그 저장</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>찾을 수 없음</translation>
    </message>
    <message>
        <source>Jump to latest</source>
        <translation>최신 줄로 이동</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new lines</source>
        <translation>
            <numerusform>새 줄 %Ln개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::MachineCard</name>
    <message>
        <source>Machine</source>
        <translation>장비</translation>
    </message>
    <message>
        <source>Processor, by the node</source>
        <translation>노드의 프로세서 사용률</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>디스크</translation>
    </message>
    <message numerus="yes">
        <source>%n cores</source>
        <translation>
            <numerusform>코어 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::MaskView</name>
    <message>
        <source>What the model learns from the first rows</source>
        <translation>모델이 첫 행들에서 배우는 것</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>%1번째 줄</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ModelDetailsView</name>
    <message>
        <source>Kind</source>
        <translation>종류</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Fine-tuning run</source>
        <translation>파인튜닝 실행</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>부서</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>디스크 크기</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>실행 장치</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>아키텍처</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>파라미터</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>레이어</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>전문가</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>은닉 크기</translation>
    </message>
    <message>
        <source>Attention heads</source>
        <translation>어텐션 헤드</translation>
    </message>
    <message>
        <source>KV latent rank</source>
        <translation>KV 잠재 랭크</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>어휘 크기</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>컨텍스트</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>데이터 타입</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>KV cache a token</source>
        <translation>토큰당 KV 캐시</translation>
    </message>
    <message>
        <source>With full attention (MHA)</source>
        <translation>MHA일 때 KV 캐시</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>절감 효과</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>알파</translation>
    </message>
    <message>
        <source>Adapted layers</source>
        <translation>적용 레이어</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>%1, %2 of them active for a token</source>
        <translation>%1, 토큰당 %2 활성</translation>
    </message>
    <message>
        <source>%1, %2 of them with experts</source>
        <translation>%1개, 전문가 레이어 %2개</translation>
    </message>
    <message>
        <source>%1, %2 for a token</source>
        <translation>%1개, 토큰당 %2개</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1토큰</translation>
    </message>
    <message>
        <source>%1 times as many tokens in the same memory</source>
        <translation>같은 메모리에 토큰을 %1배 저장</translation>
    </message>
    <message>
        <source>Packed in</source>
        <translation>저장 정밀도</translation>
    </message>
    <message>
        <source>Differs from its files by</source>
        <translation>원본 파일과의 차이</translation>
    </message>
    <message>
        <source>%1 nats a token</source>
        <translation>토큰당 %1 nats</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ModelFilesList</name>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>SHA-256 of %1</source>
        <translation>%1 파일의 SHA-256</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ModelsPage</name>
    <message>
        <source>No models yet</source>
        <translation>아직 모델이 없어요</translation>
    </message>
    <message>
        <source>Import one from a folder on the node&apos;s machine; it can then chat and be fine-tuned.</source>
        <translation>노드 장비의 폴더에서 모델을 가져오면 채팅하고 파인튜닝할 수 있어요.</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>모델 가져오기</translation>
    </message>
    <message>
        <source>The import could not be cancelled</source>
        <translation>가져오기를 취소하지 못했어요</translation>
    </message>
    <message>
        <source>%1 is imported.</source>
        <translation>%1 모델을 가져왔어요.</translation>
    </message>
    <message>
        <source>The node copies it, checks every file, and loads it once before it is listed.</source>
        <translation>노드가 모델을 복사하고 모든 파일을 검사한 뒤, 한 번 로드해 보고 목록에 올려요.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>언로드</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>로드</translation>
    </message>
    <message>
        <source>Load the model first.</source>
        <translation>모델을 먼저 로드하세요.</translation>
    </message>
    <message>
        <source>Chat with it</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Fine-tune it</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>삭제…</translation>
    </message>
    <message>
        <source>%1 could not be loaded</source>
        <translation>%1 모델을 로드하지 못했어요</translation>
    </message>
    <message>
        <source>%1 could not be unloaded</source>
        <translation>%1 모델을 언로드하지 못했어요</translation>
    </message>
    <message>
        <source>Delete the model %1?</source>
        <translation>%1 모델을 삭제할까요?</translation>
    </message>
    <message>
        <source>Requests that name it will fail. It can only be had again by fine-tuning again.</source>
        <translation>이 모델을 지정한 요청은 실패해요. 되찾으려면 파인튜닝을 다시 해야 해요.</translation>
    </message>
    <message>
        <source>Requests that name it will fail. It can be imported again from its folder.</source>
        <translation>이 모델을 지정한 요청은 실패해요. 원래 폴더에서 다시 가져올 수 있어요.</translation>
    </message>
    <message>
        <source>Delete model</source>
        <translation>모델 삭제</translation>
    </message>
    <message>
        <source>%1 is deleted.</source>
        <translation>%1 모델을 삭제했어요.</translation>
    </message>
    <message>
        <source>%1 could not be deleted</source>
        <translation>%1 모델을 삭제하지 못했어요</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>what failed, why</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NavRail</name>
    <message>
        <source>Navigation</source>
        <translation>탐색 메뉴</translation>
    </message>
    <message>
        <source>Collapse</source>
        <translation>접기</translation>
    </message>
    <message>
        <source>Collapse or widen the navigation (Ctrl+B)</source>
        <translation>탐색 메뉴 접기/펼치기 (Ctrl+B)</translation>
    </message>
    <message>
        <source>Collapse or widen the navigation</source>
        <translation>탐색 메뉴 접기/펼치기</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NewKeyForm</name>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>The application that will use it, so that others know later.</source>
        <translation>이 키를 쓸 애플리케이션의 이름이에요. 나중에 다른 사람도 알아볼 수 있어요.</translation>
    </message>
    <message>
        <source>What it may do</source>
        <translation>허용할 권한</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>만료</translation>
    </message>
    <message>
        <source>Applications then need a new key.</source>
        <translation>만료되면 애플리케이션에 새 키가 필요해요.</translation>
    </message>
    <message>
        <source>In 30 days</source>
        <translation>30일 뒤</translation>
    </message>
    <message>
        <source>In 90 days</source>
        <translation>90일 뒤</translation>
    </message>
    <message>
        <source>In a year</source>
        <translation>1년 뒤</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>만료 없음</translation>
    </message>
    <message>
        <source>Creating…</source>
        <translation>만드는 중…</translation>
    </message>
    <message>
        <source>Create key</source>
        <translation>키 만들기</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>이름을 입력하세요.</translation>
    </message>
    <message>
        <source>Choose at least one: a key without any can do nothing.</source>
        <translation>하나 이상 선택하세요. 권한이 없는 키로는 아무것도 할 수 없어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NewRunForm</name>
    <message>
        <source>What to train, and with what</source>
        <translation>학습할 모델과 데이터</translation>
    </message>
    <message>
        <source>How to train</source>
        <translation>학습 방법</translation>
    </message>
    <message>
        <source>Leave a field empty and the node decides.</source>
        <translation>비워 둔 항목은 노드가 자동으로 정해요.</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Training file</source>
        <translation>학습 파일</translation>
    </message>
    <message>
        <source>Validation file</source>
        <translation>검증 파일</translation>
    </message>
    <message>
        <source>Question files</source>
        <translation>평가 질문 파일</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Batch tokens</source>
        <translation>배치 토큰 수</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 랭크</translation>
    </message>
    <message>
        <source>LoRA alpha</source>
        <translation>LoRA 알파</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>support-answers</source>
        <translation>support-answers</translation>
    </message>
    <message>
        <source>No question files on the node yet.</source>
        <translation>노드에 아직 평가 질문 파일이 없어요.</translation>
    </message>
    <message>
        <source>Data sets</source>
        <translation>데이터 세트</translation>
    </message>
    <message>
        <source>Start fine-tuning</source>
        <translation>파인튜닝 시작</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>불러오는 중…</translation>
    </message>
    <message>
        <source>None</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>파일 선택</translation>
    </message>
    <message>
        <source>There is no file of examples on the node. Add one under Data sets.</source>
        <translation>노드에 예제 파일이 없어요. ‘데이터 세트’에서 추가하세요.</translation>
    </message>
    <message>
        <source>Conversations that show the answers you want.</source>
        <translation>원하는 답변을 보여 주는 대화예요.</translation>
    </message>
    <message>
        <source>Held back from training; its loss shows when the model learns by heart.</source>
        <translation>학습에 쓰지 않는 파일이에요. 이 파일의 손실로 과적합을 알 수 있어요.</translation>
    </message>
    <message>
        <source>Answered before and after training; the share of right answers tells whether it helped.</source>
        <translation>학습 전후에 모델이 답하는 질문이에요. 정답률로 학습 효과를 확인해요.</translation>
    </message>
    <message>
        <source>Part of the new model&apos;s name.</source>
        <translation>새 모델의 이름에 들어가요.</translation>
    </message>
    <message>
        <source>Auto: by the model&apos;s size, 0.0002 to 0.005.</source>
        <translation>자동: 모델 크기에 따라 0.0002~0.005.</translation>
    </message>
    <message>
        <source>Auto: a twentieth of the file, 256 to 4,096 tokens.</source>
        <translation>자동: 파일의 1/20, 256~4,096토큰.</translation>
    </message>
    <message>
        <source>Auto: 16. More learns more, and takes more memory.</source>
        <translation>자동: 16. 클수록 더 많이 배우고 메모리도 더 써요.</translation>
    </message>
    <message>
        <source>Auto: 32. How strongly the adapter weighs in.</source>
        <translation>자동: 32. 어댑터를 반영하는 세기예요.</translation>
    </message>
    <message>
        <source>Auto: 3 to 20, the fewer the more examples.</source>
        <translation>자동: 3~20. 예제가 많을수록 적어져요.</translation>
    </message>
    <message>
        <source>Auto: %1 for this file.</source>
        <translation>자동: 이 파일은 %1.</translation>
    </message>
    <message>
        <source>It will be called %1</source>
        <translation>모델 이름: %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 (%Ln examples)</source>
        <translation>
            <numerusform>%1 (예제 %Ln개)</numerusform>
        </translation>
    </message>
    <message>
        <source>No model here can be tuned</source>
        <translation>여기에는 파인튜닝할 수 있는 모델이 없어요</translation>
    </message>
    <message>
        <source>How long would it take?</source>
        <translation>얼마나 걸릴까요?</translation>
    </message>
    <message>
        <source>Trains three steps and keeps nothing</source>
        <translation>세 스텝만 학습해 보고 아무것도 남기지 않아요</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NodeRow</name>
    <message>
        <source>on this computer</source>
        <translation>이 컴퓨터</translation>
    </message>
    <message>
        <source>signed in as %1</source>
        <translation>%1 계정으로 로그인함</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>현재 노드</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>연결</translation>
    </message>
    <message>
        <source>Connect to %1</source>
        <translation>%1 노드에 연결</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>%1 노드 이름 바꾸기</translation>
    </message>
    <message>
        <source>Forget %1</source>
        <translation>%1 노드를 목록에서 제거</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NodeTiles</name>
    <message>
        <source>Tokens generated a second</source>
        <translation>초당 생성 토큰</translation>
    </message>
    <message>
        <source>Requests in 24 hours</source>
        <translation>24시간 요청</translation>
    </message>
    <message>
        <source>Time to the first token</source>
        <translation>첫 토큰까지 시간</translation>
    </message>
    <message>
        <source>Fine-tuning now</source>
        <translation>진행 중인 파인튜닝</translation>
    </message>
    <message>
        <source>The change compares the means of the last 24 hours and the 24 hours before.</source>
        <translation>최근 24시간의 평균을 그 전 24시간의 평균과 비교한 변화예요.</translation>
    </message>
    <message>
        <source>ms</source>
        <comment>milliseconds</comment>
        <translation>ms</translation>
    </message>
    <message>
        <source>s</source>
        <comment>seconds</comment>
        <translation>초</translation>
    </message>
    <message>
        <source>no requests today</source>
        <translation>오늘 요청 없음</translation>
    </message>
    <message>
        <source>running</source>
        <translation>실행 중</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n개 대기 중</numerusform>
        </translation>
    </message>
    <message>
        <source>none waiting</source>
        <translation>대기 없음</translation>
    </message>
</context>
<context>
    <name>hearth::ui::NodesCard</name>
    <message>
        <source>Nodes</source>
        <translation>노드</translation>
    </message>
    <message>
        <source>What this console remembers. Passwords and keys are kept in the system&apos;s keychain.</source>
        <translation>이 콘솔에 등록된 노드예요. 비밀번호와 키는 시스템 키체인에 보관해요.</translation>
    </message>
    <message>
        <source>Add node</source>
        <translation>노드 추가</translation>
    </message>
    <message>
        <source>Forget %1?</source>
        <translation>%1 노드를 목록에서 제거할까요?</translation>
    </message>
    <message>
        <source>The console forgets its address, its certificate and your sign-in. The node itself goes on as it is.</source>
        <translation>콘솔에서 노드의 주소와 인증서, 로그인 정보를 지워요. 노드 자체는 그대로예요.</translation>
    </message>
    <message>
        <source>Forget node</source>
        <translation>목록에서 제거</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>%1 노드 이름 바꾸기</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Notifications</name>
    <message>
        <source>Notifications</source>
        <translation>알림</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>모두 지우기</translation>
    </message>
    <message>
        <source>Nothing new</source>
        <translation>새 알림이 없어요</translation>
    </message>
    <message>
        <source>What happened on the node while you worked will stand here.</source>
        <translation>작업하는 동안 노드에서 일어난 일을 여기에 모아 보여 줘요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::OverviewPage</name>
    <message>
        <source>Tokens a second</source>
        <translation>초당 토큰</translation>
    </message>
    <message>
        <source>last 24 hours</source>
        <translation>최근 24시간</translation>
    </message>
    <message>
        <source>No values yet. The node samples itself every 10 seconds.</source>
        <translation>아직 값이 없어요. 노드가 10초마다 값을 기록해요.</translation>
    </message>
    <message>
        <source>Read (prompts)</source>
        <translation>입력(프롬프트)</translation>
    </message>
    <message>
        <source>Generated</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Models served</source>
        <translation>서빙 중인 모델</translation>
    </message>
    <message>
        <source>No model is loaded. Load or import one under Models.</source>
        <translation>로드된 모델이 없어요. ‘모델’에서 로드하거나 가져오세요.</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>No runs yet. Start one under Fine-tuning.</source>
        <translation>아직 실행이 없어요. ‘파인튜닝’에서 시작하세요.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Refresh the overview</source>
        <translation>개요 새로 고침</translation>
    </message>
    <message>
        <source>The history of the node could not be read. %1</source>
        <translation>노드의 기록을 읽지 못했어요. %1</translation>
    </message>
    <message>
        <source>The history of the node could not be read. %1 Request %2.</source>
        <translation>노드의 기록을 읽지 못했어요. %1 요청 ID: %2.</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n개 대기 중</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n개 처리 중</numerusform>
        </translation>
    </message>
    <message>
        <source>idle</source>
        <translation>유휴</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ParametersPanel</name>
    <message>
        <source>Parameters</source>
        <translation>파라미터</translation>
    </message>
    <message>
        <source>Back to the defaults</source>
        <translation>기본값으로 되돌리기</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>시스템 프롬프트</translation>
    </message>
    <message>
        <source>Goes before the conversation: who the model is, how it answers.</source>
        <translation>대화 앞에 붙어요. 모델의 역할과 답변 방식을 적으세요.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>온도</translation>
    </message>
    <message>
        <source>0 always takes the likeliest token.</source>
        <translation>0이면 항상 확률이 가장 높은 토큰을 골라요.</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>The share of likely tokens to choose from.</source>
        <translation>토큰을 고를 때 쓰는 누적 확률의 한도예요.</translation>
    </message>
    <message>
        <source>Max tokens</source>
        <translation>최대 토큰</translation>
    </message>
    <message>
        <source>Where an answer is cut off.</source>
        <translation>이 길이에서 답변이 잘려요.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>The same seed gives the same answer. Empty: a new one each time.</source>
        <translation>시드가 같으면 답변도 같아요. 비워 두면 매번 새로 정해요.</translation>
    </message>
    <message>
        <source>Enter a whole number, or nothing.</source>
        <translation>정수를 입력하거나 비워 두세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::PasswordField</name>
    <message>
        <source>Hide what is typed</source>
        <translation>입력 내용 숨기기</translation>
    </message>
    <message>
        <source>Show what is typed</source>
        <translation>입력 내용 표시</translation>
    </message>
</context>
<context>
    <name>hearth::ui::PermissionPicker</name>
    <message>
        <source>You do not have this permission yourself.</source>
        <translation>본인에게 없는 권한이에요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Plot</name>
    <message>
        <source>as measured</source>
        <translation>측정값</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ProbeRow</name>
    <message>
        <source>Trying a few steps</source>
        <translation>몇 스텝을 시험하는 중</translation>
    </message>
    <message>
        <source>About %1 for %2 steps, and %3 of memory.</source>
        <translation>%2스텝에 약 %1, 메모리 %3이 필요해요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ProgressRow</name>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>취소하는 중…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RecordCard</name>
    <message numerus="yes">
        <source>%1, %Ln cores</source>
        <translation>
            <numerusform>%1, 코어 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>스텝</translation>
    </message>
    <message>
        <source>Published step</source>
        <translation>게시된 스텝</translation>
    </message>
    <message>
        <source>Most memory</source>
        <translation>최대 메모리</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>기록</translation>
    </message>
    <message>
        <source>What this run was made from. The same things make the same model.</source>
        <translation>이 실행을 만든 재료예요. 같은 재료는 같은 모델을 만들어요.</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Train recorded steps again, and compare every bit</source>
        <translation>기록된 스텝을 다시 학습해 모든 비트를 비교해요</translation>
    </message>
    <message>
        <source>Training recorded steps again</source>
        <translation>기록된 스텝을 다시 학습하는 중</translation>
    </message>
    <message>
        <source>Hearth</source>
        <translation>Hearth</translation>
    </message>
    <message>
        <source>Trainer&apos;s SHA-256</source>
        <translation>학습기 SHA-256</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>정밀도</translation>
    </message>
    <message>
        <source>Base&apos;s SHA-256</source>
        <translation>기반 모델 SHA-256</translation>
    </message>
    <message>
        <source>%1, SHA-256</source>
        <comment>a file</comment>
        <translation>%1, SHA-256</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>컴퓨터</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>%2스텝 중 %1</translation>
    </message>
    <message>
        <source>Verified: the same bits came out again (%1).</source>
        <translation>검증했어요. 같은 비트가 다시 나왔어요(%1).</translation>
    </message>
    <message>
        <source>Something else came out (%1): %2</source>
        <translation>다른 결과가 나왔어요(%1): %2</translation>
    </message>
    <message>
        <source>It could not be verified: %1</source>
        <translation>검증하지 못했어요: %1</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RenameForm</name>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Only on this computer. The node keeps its own.</source>
        <translation>이 컴퓨터에서만 바뀌어요. 노드 자체의 이름은 그대로예요.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Type a name.</source>
        <translation>이름을 입력하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RepeatEditor</name>
    <message>
        <source>Every hour</source>
        <translation>매시간</translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>매일</translation>
    </message>
    <message>
        <source>On weekdays</source>
        <translation>평일마다</translation>
    </message>
    <message>
        <source>On some days</source>
        <translation>정한 요일마다</translation>
    </message>
    <message>
        <source>Every month</source>
        <translation>매월</translation>
    </message>
    <message>
        <source>By a cron expression</source>
        <translation>cron 표현식으로</translation>
    </message>
    <message>
        <source>minute %1</source>
        <translation>%1분</translation>
    </message>
    <message>
        <source>on day %1</source>
        <translation>%1일</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>마지막 날</translation>
    </message>
    <message>
        <source>at</source>
        <comment>a time of the day</comment>
        <translation>시각</translation>
    </message>
    <message>
        <source>Time of the day</source>
        <translation>하루 중 시각</translation>
    </message>
    <message>
        <source>Minute of the hour</source>
        <translation>매시간의 분</translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>매월의 날짜</translation>
    </message>
    <message>
        <source>Cron expression</source>
        <translation>cron 표현식</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ReportView</name>
    <message>
        <source>For the model</source>
        <translation>대상 모델</translation>
    </message>
    <message>
        <source>Counts its tokens, and shows what it would learn from.</source>
        <translation>이 모델의 토큰으로 세고, 무엇을 배우는지 보여 드려요.</translation>
    </message>
    <message>
        <source>Compare with test data</source>
        <translation>시험 데이터와 비교</translation>
    </message>
    <message>
        <source>Finds questions that stand in both.</source>
        <translation>양쪽에 모두 있는 질문을 찾아요.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>How long the rows are</source>
        <translation>행의 길이</translation>
    </message>
    <message>
        <source>What the model learns</source>
        <translation>모델이 배우는 것</translation>
    </message>
    <message>
        <source>The first rows as the model sees them. It learns what is marked; the rest is what it is asked.</source>
        <translation>모델이 보는 첫 행들이에요. 표시된 부분을 배우고, 나머지는 질문이에요.</translation>
    </message>
    <message>
        <source>None in particular</source>
        <translation>정하지 않음</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>비교하지 않음</translation>
    </message>
    <message>
        <source>The model learns from %1 of %2 tokens.</source>
        <translation>모델은 %2개 토큰 중 %1개에서 배워요.</translation>
    </message>
    <message>
        <source>In tokens, rows up to each number.</source>
        <translation>토큰 기준, 각 숫자까지의 행 수예요.</translation>
    </message>
    <message>
        <source>In characters, rows up to each number.</source>
        <translation>글자 기준, 각 숫자까지의 행 수예요.</translation>
    </message>
    <message>
        <source>Half are at most</source>
        <translation>절반은 최대</translation>
    </message>
    <message>
        <source>The longest</source>
        <translation>가장 긴 행</translation>
    </message>
    <message>
        <source>All fit: the model takes %1 tokens.</source>
        <translation>모두 들어가요. 모델은 %1토큰까지 받아요.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows are longer than the %1 tokens that the model takes.</source>
        <translation>
            <numerusform>%Ln행이 모델이 받는 %1토큰보다 길어요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nine of ten are at most</source>
        <translation>열 중 아홉은 최대</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RowBrowser</name>
    <message>
        <source>Back to the data sets</source>
        <translation>데이터 세트로 돌아가기</translation>
    </message>
    <message>
        <source>Search in the rows</source>
        <translation>행에서 검색</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Fine-tune with it</source>
        <translation>파인튜닝</translation>
    </message>
    <message>
        <source>The rows could not be read</source>
        <translation>행을 읽지 못했어요</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>일치하는 항목이 없어요</translation>
    </message>
    <message>
        <source>No row has this text.</source>
        <translation>이 텍스트가 있는 행이 없어요.</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>검색어 지우기</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>읽는 중…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>행 %Ln개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln rows</source>
        <translation>
            <numerusform>행 %Ln개 중 %1개</numerusform>
        </translation>
    </message>
    <message>
        <source>Report</source>
        <translation>보고서</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RowReader</name>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>How the row is shown</source>
        <translation>행 표시 방식</translation>
    </message>
    <message>
        <source>The row as JSON</source>
        <translation>행을 JSON으로 보기</translation>
    </message>
    <message>
        <source>The row as a conversation</source>
        <translation>행을 대화로 보기</translation>
    </message>
    <message>
        <source>Choose a row to read it.</source>
        <translation>읽을 행을 선택하세요.</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>%1번째 줄</translation>
    </message>
    <message>
        <source>This row is no conversation; see its JSON.</source>
        <translation>이 행은 대화가 아니에요. JSON으로 확인하세요.</translation>
    </message>
    <message>
        <source>context only</source>
        <translation>맥락으로만 사용</translation>
    </message>
    <message>
        <source>… the rest is in the JSON.</source>
        <translation>… 나머지는 JSON에서 확인하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RunCurves</name>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Validation, %1</source>
        <translation>검증, %1</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>nats a token</source>
        <translation>토큰당 nat</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>No values yet. They come with the first step.</source>
        <translation>아직 값이 없어요. 첫 스텝부터 표시돼요.</translation>
    </message>
    <message>
        <source>Reward</source>
        <translation>보상</translation>
    </message>
    <message>
        <source>of an answer</source>
        <translation>답변당</translation>
    </message>
</context>
<context>
    <name>hearth::ui::RunView</name>
    <message>
        <source>All runs</source>
        <translation>모든 실행</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>다시 학습</translation>
    </message>
    <message>
        <source>Start a new run with these files and settings</source>
        <translation>같은 파일과 설정으로 새 실행 시작</translation>
    </message>
    <message>
        <source>Chat with it</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>아직 기록이 없어요.</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>정답률</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>체크포인트</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>The run failed: %1</source>
        <translation>실행이 실패했어요: %1</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>스텝 %1/%2</translation>
    </message>
    <message>
        <source>%1 tokens a second</source>
        <translation>초당 %1토큰</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>스텝 %1</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>검증 손실</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>Cancel the run %1?</source>
        <translation>%1 실행을 취소할까요?</translation>
    </message>
    <message>
        <source>It stops after the present step. Its checkpoints are kept; no model comes of it.</source>
        <translation>현재 스텝을 마치면 멈춰요. 체크포인트는 남지만 모델은 만들어지지 않아요.</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>실행 취소</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>전문가</translation>
    </message>
    <message>
        <source>Where the routers send the tokens, layer by layer.</source>
        <translation>라우터가 토큰을 보내는 곳, 레이어별.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ScheduleDetails</name>
    <message>
        <source>Starts</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>시간대</translation>
    </message>
    <message>
        <source>Allowed hours</source>
        <translation>허용 시간</translation>
    </message>
    <message>
        <source>Never on</source>
        <translation>제외하는 날</translation>
    </message>
    <message>
        <source>Trains</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>A run takes</source>
        <translation>걸리는 시간</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>우선순위</translation>
    </message>
    <message>
        <source>Missed starts</source>
        <translation>놓친 시작</translation>
    </message>
    <message>
        <source>While one runs</source>
        <translation>실행 중일 때</translation>
    </message>
    <message>
        <source>Left out so far</source>
        <translation>지금까지 건너뜀</translation>
    </message>
    <message>
        <source>Next starts</source>
        <translation>다음 시작</translation>
    </message>
    <message>
        <source>Runs so far</source>
        <translation>지금까지의 실행</translation>
    </message>
    <message>
        <source>It has not started anything yet.</source>
        <translation>아직 시작한 것이 없어요.</translation>
    </message>
    <message>
        <source>%1, like the last one</source>
        <translation>지난번처럼 %1</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>물어보는 중…</translation>
    </message>
    <message>
        <source>None while it is paused.</source>
        <translation>일시 중지 중에는 없어요.</translation>
    </message>
    <message>
        <source>None: it has ended.</source>
        <translation>종료되어 더는 없어요.</translation>
    </message>
    <message>
        <source>Nobody knows yet: it waits for something else.</source>
        <translation>다른 일을 기다리므로 아직 알 수 없어요.</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>없어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::ScheduleForm</name>
    <message>
        <source>What to train, and with what</source>
        <translation>학습할 모델과 데이터</translation>
    </message>
    <message>
        <source>When it starts</source>
        <translation>시작하는 때</translation>
    </message>
    <message>
        <source>Next starts</source>
        <translation>다음 시작</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기반 모델</translation>
    </message>
    <message>
        <source>Training data</source>
        <translation>학습 데이터</translation>
    </message>
    <message>
        <source>Model&apos;s name</source>
        <translation>모델 이름</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>반복</translation>
    </message>
    <message>
        <source>Date and time</source>
        <translation>날짜와 시각</translation>
    </message>
    <message>
        <source>Waits for</source>
        <translation>기다리는 것</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>시간대</translation>
    </message>
    <message>
        <source>Allowed hours</source>
        <translation>허용 시간</translation>
    </message>
    <message>
        <source>Never on</source>
        <translation>제외하는 날</translation>
    </message>
    <message>
        <source>Starts missed while the node was down</source>
        <translation>노드가 꺼져 있어 놓친 시작</translation>
    </message>
    <message>
        <source>While the last run still waits or runs</source>
        <translation>지난 실행이 아직 끝나지 않았다면</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>우선순위</translation>
    </message>
    <message>
        <source>Part of each new model&apos;s name.</source>
        <translation>새 모델마다 이름에 들어가요.</translation>
    </message>
    <message>
        <source>Times are by the clocks there, summer time included.</source>
        <translation>그곳의 시계를 따르고, 서머타임도 반영해요.</translation>
    </message>
    <message>
        <source>A run stops with a checkpoint when they end, and goes on in the next.</source>
        <translation>시간이 끝나면 체크포인트를 남기고 멈췄다가 다음 허용 시간에 이어서 해요.</translation>
    </message>
    <message>
        <source>Days such as 2026-12-24, 12-25 or 2026-12-24..2027-01-02, with commas.</source>
        <translation>2026-12-24, 12-25, 2026-12-24..2027-01-02처럼 쉼표로 나눠 쓰세요.</translation>
    </message>
    <message>
        <source>nightly</source>
        <translation>nightly</translation>
    </message>
    <message>
        <source>support-answers</source>
        <translation>support-answers</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>What it must have come to</source>
        <translation>어떻게 끝나야 하는지</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>한 번</translation>
    </message>
    <message>
        <source>After a run</source>
        <translation>실행 다음</translation>
    </message>
    <message>
        <source>On new data</source>
        <translation>새 데이터</translation>
    </message>
    <message>
        <source>has succeeded</source>
        <translation>성공하면</translation>
    </message>
    <message>
        <source>has ended</source>
        <translation>끝나면</translation>
    </message>
    <message>
        <source>Create schedule</source>
        <translation>일정 만들기</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>변경 저장</translation>
    </message>
    <message>
        <source>No model here can be tuned</source>
        <translation>여기에는 파인튜닝할 수 있는 모델이 없어요</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>불러오는 중…</translation>
    </message>
    <message>
        <source>Choose the data</source>
        <translation>데이터 선택</translation>
    </message>
    <message>
        <source>%1, this very upload</source>
        <translation>%1, 바로 이 업로드</translation>
    </message>
    <message>
        <source>Choose a schedule or a run</source>
        <translation>일정이나 실행 선택</translation>
    </message>
    <message>
        <source>Each run of %1</source>
        <translation>%1의 실행마다</translation>
    </message>
    <message>
        <source>the training data</source>
        <translation>학습 데이터</translation>
    </message>
    <message>
        <source>Starts each time %1 is uploaded with other content.</source>
        <translation>내용이 바뀐 %1 파일이 업로드될 때마다 시작해요.</translation>
    </message>
    <message>
        <source>Each run takes the newest upload of that name.</source>
        <translation>실행할 때마다 그 이름의 최신 업로드를 써요.</translation>
    </message>
    <message>
        <source>Each run takes this upload, also when there are newer ones.</source>
        <translation>더 새로운 것이 있어도 이 업로드를 써요.</translation>
    </message>
    <message>
        <source>Starts when what it waits for has ended. Nobody knows yet when that is.</source>
        <translation>기다리는 것이 끝나면 시작해요. 그때가 언제인지는 아직 알 수 없어요.</translation>
    </message>
    <message>
        <source>Starts when new data arrives. Nobody knows yet when that is.</source>
        <translation>새 데이터가 오면 시작해요. 그때가 언제인지는 아직 알 수 없어요.</translation>
    </message>
    <message>
        <source>They show here once the times are right.</source>
        <translation>시간을 바르게 쓰면 여기에 보여 드려요.</translation>
    </message>
    <message>
        <source>None: the time is over, or lies on a day that is left out.</source>
        <translation>없어요. 이미 지난 시각이거나 제외하는 날이에요.</translation>
    </message>
    <message>
        <source>By the clocks of %1.</source>
        <translation>%1 시계 기준이에요.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>규칙</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>얼마나 자주</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SchedulesPage</name>
    <message>
        <source>No schedules yet</source>
        <translation>아직 일정이 없어요</translation>
    </message>
    <message>
        <source>Let the node train by itself: every night, at a time, after another run, or when new data arrives.</source>
        <translation>매일 밤, 정한 시각, 다른 실행 다음, 또는 새 데이터가 올 때 노드가 알아서 학습해요.</translation>
    </message>
    <message>
        <source>New schedule</source>
        <translation>새 일정</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>The next seven days</source>
        <translation>앞으로 7일</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>변경</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>삭제…</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>재개</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>일시 중지</translation>
    </message>
    <message>
        <source>%1 is scheduled.</source>
        <translation>%1 일정을 만들었어요.</translation>
    </message>
    <message>
        <source>%1 is changed.</source>
        <translation>%1 일정을 바꿨어요.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>변경…</translation>
    </message>
    <message>
        <source>It could not be paused</source>
        <translation>일시 중지하지 못했어요</translation>
    </message>
    <message>
        <source>It could not be resumed</source>
        <translation>재개하지 못했어요</translation>
    </message>
    <message>
        <source>%1 is paused.</source>
        <translation>%1 일정을 일시 중지했어요.</translation>
    </message>
    <message>
        <source>%1 goes on.</source>
        <translation>%1 일정을 다시 시작했어요.</translation>
    </message>
    <message>
        <source>Delete the schedule %1?</source>
        <translation>%1 일정을 삭제할까요?</translation>
    </message>
    <message>
        <source>It starts nothing any more. Runs that it has started, and their models, stay.</source>
        <translation>더는 아무것도 시작하지 않아요. 이미 시작한 실행과 모델은 그대로 남아요.</translation>
    </message>
    <message>
        <source>Delete schedule</source>
        <translation>일정 삭제</translation>
    </message>
    <message>
        <source>%1 could not be deleted</source>
        <translation>%1 일정을 삭제하지 못했어요</translation>
    </message>
    <message>
        <source>%1 is deleted.</source>
        <translation>%1 일정을 삭제했어요.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>what failed, why</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>By the clocks of %1</source>
        <translation>%1 시계 기준</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SearchField</name>
    <message>
        <source>Clear search</source>
        <translation>검색어 지우기</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>검색</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SecretView</name>
    <message>
        <source>Copy the key now. It is never shown again.</source>
        <translation>지금 키를 복사하세요. 다시 표시되지 않아요.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>키</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>사용해 보기</translation>
    </message>
    <message>
        <source>Example request</source>
        <translation>요청 예시</translation>
    </message>
    <message>
        <source>ca.pem is the node&apos;s own authority: tls/ca.pem in its data directory.</source>
        <translation>ca.pem은 노드의 자체 인증 기관 인증서예요. 노드의 데이터 폴더 안 tls/ca.pem에 있어요.</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>예시 복사</translation>
    </message>
    <message>
        <source>I have copied it</source>
        <translation>복사했어요</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Session</name>
    <message>
        <source>Something else answers at %1: it does not have the certificate of the node in this folder.</source>
        <translation>%1에서 다른 것이 응답하고 있어요. 이 폴더에 있는 노드의 인증서가 아니에요.</translation>
    </message>
    <message>
        <source>The node does not accept the key in its own folder. Sign in with your name.</source>
        <translation>노드가 자기 폴더의 키를 받아들이지 않아요. 사용자 이름으로 로그인하세요.</translation>
    </message>
    <message>
        <source>Your sign-in has ended. Sign in again.</source>
        <translation>로그인이 만료됐어요. 다시 로그인하세요.</translation>
    </message>
    <message>
        <source>The name or the password is wrong.</source>
        <translation>사용자 이름이나 비밀번호가 맞지 않아요.</translation>
    </message>
    <message>
        <source>The node does not know this key, or it has expired or was revoked.</source>
        <translation>노드에 없는 키이거나 만료 또는 폐기된 키예요.</translation>
    </message>
    <message>
        <source>The node is stopped.</source>
        <translation>노드가 중지됐어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SessionScreen</name>
    <message>
        <source>Other nodes</source>
        <translation>다른 노드</translation>
    </message>
    <message>
        <source>Add a node…</source>
        <translation>노드 추가…</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SettingsPage</name>
    <message>
        <source>Add node</source>
        <translation>노드 추가</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>로그아웃</translation>
    </message>
</context>
<context>
    <name>hearth::ui::SignInScreen</name>
    <message>
        <source>Way to sign in</source>
        <translation>로그인 방법</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>비밀번호</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 키</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>사용자 이름</translation>
    </message>
    <message>
        <source>Begins with hk_. The console may then do what the key may do.</source>
        <translation>hk_로 시작해요. 콘솔은 키의 권한만큼만 작업할 수 있어요.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>로그인</translation>
    </message>
    <message>
        <source>Use this computer&apos;s key</source>
        <translation>이 컴퓨터의 키 사용</translation>
    </message>
    <message>
        <source>This computer has no keychain. You stay signed in until the console closes.</source>
        <translation>이 컴퓨터에는 키체인이 없어요. 콘솔을 닫을 때까지만 로그인이 유지돼요.</translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation>%1 노드에 로그인</translation>
    </message>
    <message>
        <source>Paste the key that was shown when it was made.</source>
        <translation>키를 만들 때 표시된 값을 붙여 넣으세요.</translation>
    </message>
    <message>
        <source>Type your user name.</source>
        <translation>사용자 이름을 입력하세요.</translation>
    </message>
    <message>
        <source>Type your password.</source>
        <translation>비밀번호를 입력하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Skeleton</name>
    <message>
        <source>Loading</source>
        <translation>불러오는 중</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Spinner</name>
    <message>
        <source>Working</source>
        <translation>처리 중</translation>
    </message>
</context>
<context>
    <name>hearth::ui::StatTile</name>
    <message>
        <source>as yesterday</source>
        <translation>어제와 같음</translation>
    </message>
    <message>
        <source>%1 more than yesterday</source>
        <translation>어제보다 %1 증가</translation>
    </message>
    <message>
        <source>%1 less than yesterday</source>
        <translation>어제보다 %1 감소</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>불러오는 중</translation>
    </message>
</context>
<context>
    <name>hearth::ui::TableToolbar</name>
    <message>
        <source>Filter</source>
        <translation>필터</translation>
    </message>
    <message>
        <source>Filter rows</source>
        <translation>행 필터</translation>
    </message>
    <message>
        <source>Filter rows (%1)</source>
        <translation>행 필터 (%1)</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>열 선택</translation>
    </message>
    <message>
        <source>Export what is shown</source>
        <translation>표시된 내용 내보내기</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2개 중 %1개</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1개 선택</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::ui::ThisNodeCard</name>
    <message>
        <source>This node</source>
        <translation>현재 노드</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>주소</translation>
    </message>
    <message>
        <source>Certificate fingerprint</source>
        <translation>인증서 지문</translation>
    </message>
    <message>
        <source>SHA-256. Compare it with what the node&apos;s administrator tells you.</source>
        <translation>SHA-256 값이에요. 노드 관리자가 알려 준 값과 비교하세요.</translation>
    </message>
    <message>
        <source>Copy the fingerprint</source>
        <translation>지문 복사</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>버전</translation>
    </message>
    <message>
        <source>Running since</source>
        <translation>시작 시각</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>다시 시작</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>연결됨</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>연결 안 됨</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>시작하는 중…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>중지하는 중…</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>중지됨</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>This node runs on this computer, and goes on when the console is closed.</source>
        <translation>이 컴퓨터에서 실행되는 노드예요. 콘솔을 닫아도 계속 실행돼요.</translation>
    </message>
    <message>
        <source>This node runs on another computer. It is started and stopped there.</source>
        <translation>다른 컴퓨터에서 실행되는 노드예요. 시작과 중지는 그 컴퓨터에서 해요.</translation>
    </message>
    <message>
        <source>Restart %1?</source>
        <translation>%1 노드를 다시 시작할까요?</translation>
    </message>
    <message>
        <source>Stop %1?</source>
        <translation>%1 노드를 중지할까요?</translation>
    </message>
    <message>
        <source>Running requests get a moment to end. Fine-tuning runs pause at their last checkpoint, and go on when the node is back.</source>
        <translation>처리 중인 요청은 끝낼 시간을 잠시 줘요. 파인튜닝 실행은 마지막 체크포인트에서 멈췄다가 노드가 돌아오면 이어서 진행해요.</translation>
    </message>
    <message>
        <source>Restart node</source>
        <translation>노드 다시 시작</translation>
    </message>
    <message>
        <source>Stop node</source>
        <translation>노드 중지</translation>
    </message>
</context>
<context>
    <name>hearth::ui::Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>hearth::ui::TopBar</name>
    <message>
        <source>Search or run a command</source>
        <translation>검색 또는 명령 실행</translation>
    </message>
    <message>
        <source>No node</source>
        <translation>노드 없음</translation>
    </message>
    <message>
        <source>Node: %1. Switch to another</source>
        <translation>노드: %1. 다른 노드로 전환</translation>
    </message>
    <message>
        <source>Account: %1</source>
        <translation>계정: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>작업 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) in progress</source>
        <translation>
            <numerusform>진행 중인 작업 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Notifications (%n unread)</source>
        <translation>
            <numerusform>알림 (읽지 않음 %n개)</numerusform>
        </translation>
    </message>
    <message>
        <source>Add a node…</source>
        <translation>노드 추가…</translation>
    </message>
    <message>
        <source>Manage nodes</source>
        <translation>노드 관리</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>밝은 테마</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>어두운 테마</translation>
    </message>
    <message>
        <source>%1, department %2</source>
        <translation>%1, 부서: %2</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>로그아웃</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>이 컴퓨터</translation>
    </message>
</context>
<context>
    <name>hearth::ui::TroubleBar</name>
    <message>
        <source>%1 does not answer. What you see is the last that it said; trying again.</source>
        <translation>%1에서 응답이 없어요. 마지막으로 받은 정보를 보여 주면서 다시 연결하고 있어요.</translation>
    </message>
    <message>
        <source>The node</source>
        <translation>노드</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>지금 시도</translation>
    </message>
    <message>
        <source>Start node</source>
        <translation>노드 시작</translation>
    </message>
</context>
<context>
    <name>hearth::ui::TurnView</name>
    <message>
        <source>Edit this prompt</source>
        <translation>이 프롬프트 수정</translation>
    </message>
    <message>
        <source>Your prompt</source>
        <translation>내 프롬프트</translation>
    </message>
</context>
<context>
    <name>hearth::ui::UnreachableScreen</name>
    <message>
        <source>%1 is not running</source>
        <translation>%1 노드가 실행 중이 아니에요</translation>
    </message>
    <message>
        <source>%1 cannot be reached</source>
        <translation>%1 노드에 연결할 수 없어요</translation>
    </message>
    <message>
        <source>Start it here. It goes on running when the console closes, and the console connects by itself once it is ready.</source>
        <translation>여기에서 노드를 시작하세요. 준비되면 콘솔이 자동으로 연결하고, 콘솔을 닫아도 노드는 계속 실행돼요.</translation>
    </message>
    <message>
        <source>The console goes on trying. Check that the node&apos;s computer is on, that hearthd runs on it, and that its firewall lets this computer in at %1.</source>
        <translation>콘솔이 계속 연결을 시도해요. 노드의 컴퓨터가 켜져 있는지, hearthd가 실행 중인지, 방화벽이 이 컴퓨터의 %1 접속을 허용하는지 확인하세요.</translation>
    </message>
    <message>
        <source>Start node</source>
        <translation>노드 시작</translation>
    </message>
    <message>
        <source>Retry now</source>
        <translation>지금 다시 시도</translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %n second(s).</source>
        <translation>
            <numerusform>%n초 뒤에 다시 시도해요.</numerusform>
        </translation>
    </message>
    <message>
        <source>Trying now…</source>
        <translation>지금 시도하고 있어요…</translation>
    </message>
    <message>
        <source>Forget this node…</source>
        <translation>목록에서 제거…</translation>
    </message>
</context>
<context>
    <name>hearth::ui::UploadForm</name>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>One JSON object a line, in UTF-8. Every line is checked first.</source>
        <translation>한 줄에 JSON 객체 하나, UTF-8 형식이에요. 먼저 모든 줄을 검사해요.</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>용도</translation>
    </message>
    <message>
        <source>Upload</source>
        <translation>업로드</translation>
    </message>
    <message>
        <source>Questions with expected answers, asked before and after training.</source>
        <translation>학습 전후에 물어볼 질문과 기대 답변이에요.</translation>
    </message>
    <message>
        <source>Conversations to learn from: {&quot;messages&quot;: […]} a line.</source>
        <translation>학습할 대화예요. 한 줄에 {&quot;messages&quot;: […]} 하나씩 적어요.</translation>
    </message>
    <message>
        <source>Choose a file.</source>
        <translation>파일을 선택하세요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::UploadProblems</name>
    <message>
        <source>Nothing was stored. Mend these lines and upload the file again.</source>
        <translation>아무것도 저장하지 않았어요. 이 줄들을 고친 다음 파일을 다시 업로드하세요.</translation>
    </message>
    <message>
        <source>line %1: %2</source>
        <translation>%1번째 줄: %2</translation>
    </message>
</context>
<context>
    <name>hearth::ui::UploadsPanel</name>
    <message>
        <source>%1: the node checks every line</source>
        <translation>%1: 모든 줄을 검사하는 중</translation>
    </message>
    <message>
        <source>%1: uploading</source>
        <translation>%1: 업로드 중</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>a rate</comment>
        <translation>%1/s</translation>
    </message>
</context>
<context>
    <name>hearth::ui::VersionsCard</name>
    <message>
        <source>%1 changed</source>
        <comment>rows</comment>
        <translation>변경 %1</translation>
    </message>
    <message>
        <source>the same rows</source>
        <translation>같은 행</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>버전</translation>
    </message>
    <message>
        <source>What each has added to the one before, and taken away.</source>
        <translation>앞 버전에 더하거나 뺀 것이에요.</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>버전 %1</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>생성</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>차이</translation>
    </message>
</context>
<context>
    <name>hearth::ui::WeekView</name>
    <message>
        <source>%1
%2, until about %3</source>
        <translation>%1
%2, %3쯤까지</translation>
    </message>
    <message>
        <source>%1× %2</source>
        <comment>a number of starts, name</comment>
        <translation>%1번 %2</translation>
    </message>
    <message numerus="yes">
        <source>%1
%n starts on this day, the first at %2</source>
        <translation>
            <numerusform>%1
이날 %n번 시작, 첫 시작 %2</numerusform>
        </translation>
    </message>
    <message>
        <source>+%1 more</source>
        <comment>further starts</comment>
        <translation>외 %1개</translation>
    </message>
    <message>
        <source>The next seven days</source>
        <translation>앞으로 7일</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>오늘</translation>
    </message>
    <message>
        <source>ddd d</source>
        <comment>weekday and day</comment>
        <translation>d일 (ddd)</translation>
    </message>
    <message>
        <source>Nothing starts by the clock in the next seven days.</source>
        <translation>앞으로 7일 동안 시각에 맞춰 시작하는 것이 없어요.</translation>
    </message>
</context>
<context>
    <name>hearth::ui::WelcomeScreen</name>
    <message>
        <source>Add a node</source>
        <translation>노드 추가</translation>
    </message>
    <message>
        <source>Welcome to Hearth</source>
        <translation>Hearth에 오신 것을 환영해요</translation>
    </message>
    <message>
        <source>Connect to a node of your organisation, or to one on this computer.</source>
        <translation>조직의 노드나 이 컴퓨터의 노드에 연결하세요.</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>%1 노드로 돌아가기</translation>
    </message>
</context>
</TS>
