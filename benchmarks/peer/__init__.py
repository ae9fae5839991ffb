"""견줄 상대: 장고와 django-import-export 를 문서대로 쓴 작은 앱."""
