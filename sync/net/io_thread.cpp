#include "sync/net/io_thread.h"

#include "storage/base/check.h"
#include "sync/net/io_thread_impl.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <future>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace balie::sync {

namespace {

void name_this_thread(const std::string& name) {
#if defined(__linux__)
    constexpr std::size_t kNameMax = 15;
    (void)pthread_setname_np(pthread_self(), name.substr(0, kNameMax).c_str());
#else
    (void)name;
#endif
}

}  // namespace

IoThread::IoThread(std::string name) : impl_(std::make_unique<Impl>()) {
    impl_->thread = std::thread([impl = impl_.get(), name = std::move(name)] {
        name_this_thread(name);
        impl->context.run();
    });
}

IoThread::~IoThread() {
    stop();
}

void IoThread::post(std::function<void()> function) {
    net::post(impl_->context, std::move(function));
}

void IoThread::call(const std::function<void()>& function) {
    if (on_thread()) {
        function();
        return;
    }
    // Held during the wait, so that the loop cannot be stopped under a function that waits in it.
    const std::lock_guard lock(impl_->stop_mutex);
    if (impl_->stopped) {
        function();
        return;
    }
    std::promise<void> done;
    net::post(impl_->context, [&] {
        function();
        done.set_value();
    });
    done.get_future().wait();
}

bool IoThread::on_thread() const {
    return impl_->thread.get_id() == std::this_thread::get_id();
}

void IoThread::stop() {
    BALIE_CHECK(!on_thread());
    const std::lock_guard lock(impl_->stop_mutex);
    if (impl_->stopped.exchange(true)) return;
    impl_->work.reset();
    impl_->context.stop();
    impl_->thread.join();
}

}  // namespace balie::sync
