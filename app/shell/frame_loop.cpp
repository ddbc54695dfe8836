#include "app/shell/frame_loop.h"

#include "app/ui/layout.h"
#include "app/ui/widgets.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace balie::shell {
namespace {

ImGuiContext* make_context() {
    ImGuiContext* const context = ImGui::CreateContext();
    ImGui::SetCurrentContext(context);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // the layout is ours; nothing of ImGui's is kept on disk
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors | ImGuiBackendFlags_RendererHasVtxOffset;
    io.ConfigInputTextCursorBlink = false;  // a blinking caret would keep an idle window busy
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    // Ctrl+Tab would open ImGui's list of windows.
    context->ConfigNavWindowingKeyNext = 0;
    context->ConfigNavWindowingKeyPrev = 0;
    return context;
}

Cursor cursor_of(ImGuiMouseCursor cursor) {
    switch (cursor) {
        case ImGuiMouseCursor_Hand:
            return Cursor::Hand;
        case ImGuiMouseCursor_TextInput:
            return Cursor::Text;
        case ImGuiMouseCursor_ResizeEW:
        case ImGuiMouseCursor_ResizeNS:
            return Cursor::Resize;
        default:
            return Cursor::Arrow;
    }
}

}  // namespace

FrameLoop::FrameLoop(Platform& platform, const Clock& clock, FrameSteps steps)
    : platform_(platform),
      clock_(clock),
      steps_(std::move(steps)),
      context_(make_context()),
      ui_(std::make_unique<ui::Ui>()) {
    platform_.attach(input_);
}

FrameLoop::~FrameLoop() {
    ImGui::SetCurrentContext(context_);
    platform_.detach();
    ImGui::DestroyContext(context_);
}

void FrameLoop::set_user_scale(float scale) {
    user_scale_ = std::clamp(scale, 1.0F, 2.0F);
    scheduler_.request();
}

std::int64_t FrameLoop::wait_ms() const {
    if (platform_.iconified()) {
        return kForever;
    }
    return input_.pending() ? 0 : scheduler_.wait_ms(clock_.steady_ms());
}

bool FrameLoop::turn() {
    ImGui::SetCurrentContext(context_);
    plan_next(clock_.steady_ms());
    const std::int64_t timeout = wait_ms();
    platform_.wait_events_ms(timeout);
    return after_wait(timeout != 0);
}

bool FrameLoop::poll() {
    ImGui::SetCurrentContext(context_);
    platform_.wait_events_ms(0);
    return after_wait(false);
}

void FrameLoop::run() {
    while (turn()) {
    }
}

bool FrameLoop::run_step(const std::function<bool()>& step) {
    if (!step) {
        return false;
    }
    try {
        return step();
    } catch (const std::exception& error) {
        note_failure(error.what());
    } catch (...) {
        note_failure("unknown");
    }
    return true;
}

bool FrameLoop::after_wait(bool waited) {
    if (failures_ >= kFailuresMax) {
        return false;
    }
    if (platform_.should_close()) {
        if (!steps_.may_close || run_step(steps_.may_close)) {
            return false;
        }
        platform_.cancel_close();
        scheduler_.request();
    }
    const bool drained = run_step(steps_.drain);
    const bool news = input_.take_news() || drained;
    for (const std::string& path : input_.take_dropped()) {
        if (!steps_.dropped) break;
        run_step([this, &path] {
            steps_.dropped(path);
            return true;
        });
    }
    const bool changed = run_step(steps_.update);
    if (news || changed) {
        scheduler_.request();
    }
    const std::int64_t now_ms = clock_.steady_ms();
    plan_next(now_ms);  // wishes that were made outside a frame
    if (platform_.iconified()) {
        return true;
    }
    if (scheduler_.take_frame(now_ms)) {
        frame(now_ms);
    } else if (waited && !news && busy_.idle_return(now_ms)) {
        platform_.pause_ms(BusyGuard::kPauseMs);
    }
    return failures_ < kFailuresMax;
}

void FrameLoop::frame(std::int64_t now_ms) {
    ui_->set_chords(input_.deliver(now_ms, ui_->typing()));
    ui_->set_scale({.monitor = platform_.monitor_scale(), .user = user_scale_});
    if (ui_->prepare()) {
        platform_.upload_fonts();
        scheduler_.request();
    }
    ImGuiIO& io = ImGui::GetIO();
    const ui::Vec2 size = platform_.size();
    io.DisplaySize = ImVec2(std::max(size.x, 1.0F), std::max(size.y, 1.0F));
    // At least a millisecond passes: ImGui refuses a frame of no length.
    const std::int64_t passed = last_frame_ms_ < 0 ? 16 : now_ms - last_frame_ms_;
    io.DeltaTime = static_cast<float>(std::clamp<std::int64_t>(passed, 1, 1000)) / 1000.0F;
    last_frame_ms_ = now_ms;

    ImGui::NewFrame();
    ui_->begin_frame();
    draw_guarded();
    platform_.set_cursor(cursor_of(ImGui::GetMouseCursor()));
    ImGui::Render();
    platform_.render(ui_->color(ui::Role::Surface));
    ++frames_drawn_;
    plan_next(now_ms);
}

void FrameLoop::draw_guarded() {
    if (steps_.guard) {
        steps_.guard(true);
    }
    try {
        if (failure_.empty() && steps_.draw) {
            steps_.draw(*ui_);
        } else if (!failure_.empty()) {
            recovery_panel();
        }
        ui_->end_frame();
    } catch (const std::exception& error) {
        note_failure(error.what());
    } catch (...) {
        note_failure("unknown");
    }
    if (steps_.guard) {
        steps_.guard(false);
    }
    // Closes whatever draw() left open, so that Render finds a well-formed frame.
    ImGui::ErrorCheckEndFrameRecover(nullptr, nullptr);
}

void FrameLoop::note_failure(const std::string& what) {
    ++failures_;
    failure_ = what.empty() ? "unknown" : what;
    ui_->abandon_frame();
    scheduler_.request();
    if (steps_.failed) {
        steps_.failed(failure_);
    }
}

void FrameLoop::recovery_panel() {
    const ui::ToolkitTexts& texts = ui_->own_texts();
    const ui::WindowFrame window(*ui_);
    ui::Page page(*ui_, "balie.failure", texts.frame_failed, {.width_em = 40});
    page.body();
    ui::banner(*ui_, "balie.failure.what", failure_,
               {.role = ui::Role::Danger, .detail = texts.frame_failed_help});
    ui::space(*ui_, 0.5F);
    if (ui::button(*ui_, "balie.failure.again", texts.try_again,
                   {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Refresh})) {
        failure_.clear();
        scheduler_.request();
    }
}

void FrameLoop::plan_next(std::int64_t now_ms) {
    if (const std::int64_t wish = ui_->take_frame_wish_ms(); wish == 0) {
        scheduler_.request(1);
    } else if (wish > 0) {
        scheduler_.request_at(now_ms + wish);
    }
    if (const std::int64_t letter = input_.deadline_ms(); letter >= 0) {
        scheduler_.request_at(letter);
    }
    if (input_.pending()) {
        scheduler_.request();
    }
}

}  // namespace balie::shell
