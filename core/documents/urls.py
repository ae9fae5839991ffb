"""첨부와 의견의 주소. 앞의 두 수는 붙은 자료의 종류(ContentType)와 번호다."""

from django.urls import path

from core.documents import views

urlpatterns = [
    path("documents/<int:content_type>/<int:pk>/attach/", views.attach, name="core.attachment-add"),
    path("documents/<int:content_type>/<int:pk>/zip/", views.download_all, name="core.attachment-zip"),
    path("documents/<int:content_type>/<int:pk>/comment/", views.comment, name="core.comment-add"),
    path("documents/attachments/<int:pk>/", views.download, name="core.attachment-download"),
    path("documents/attachments/<int:pk>/remove/", views.remove, name="core.attachment-remove"),
    path("documents/attachments/<int:pk>/restore/", views.restore, name="core.attachment-restore"),
    path("documents/comments/<int:pk>/resolve/", views.resolve, name="core.comment-resolve"),
]
